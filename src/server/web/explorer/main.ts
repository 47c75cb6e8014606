/** Scripts of the explorer's pages: the threshold slider, and buttons that copy a command. */
import { startThreshold } from './threshold.ts';

for (const button of document.querySelectorAll<HTMLButtonElement>('button.copy')) {
  const command = button.previousElementSibling?.textContent ?? '';
  // Only if the browser allows a page to write to the clipboard.
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(command);
    button.textContent = 'copied';
    setTimeout(() => {
      button.textContent = 'copy';
    }, 1500);
  });
}

const section = document.querySelector<HTMLElement>('#threshold');
if (section) void startThreshold(section);
