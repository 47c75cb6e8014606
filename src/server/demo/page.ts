/** The page of the live demo: a static frame with an introduction; its script adds the rest. */
import { Html, html } from '../../report/page/html.ts';
import { framed } from '../explorer/layout.ts';

/** The page as text. */
export const demoPage = (script: string | undefined): string =>
  framed({
    title: 'Live demo: presend',
    at: '/demo',
    script,
    content: html`<style>${new Html(styles)}</style><main id="main" class="demo">
<h1>One picture, six roles</h1>
<div class="intro"><p>Send a picture from one phone to the other, and see what each role learns under each strategy. Each panel shows what that role really received: bytes, sizes, and what follows from them.</p>
<p class="note">The two phones run in this page, with the code of the experiments. The relay, provider, curator and court run on this server, for this page only; their panels show what they recorded there, byte for byte. Your own picture is scanned in this page, and leaves it only in the packets that the panels list; if you put it on the list, its hashes go to the server too. Clips and their frames stay in the page. The server deletes them when you choose another strategy, or after half an hour. The page also sends the server the SHA-256 of the pictures that a reviewer would confirm; no role receives it. A program drew
the pictures offered here; the demo calls some of them “listed” or “target”.</p></div>
<p id="demo-state" class="note" role="status">${script === undefined ? new Html('The scripts of the pages are missing: <code>npm run build</code> builds them.') : 'Loading…'}</p>
<div class="columns"><section id="controls" class="controls" aria-label="What to send"></section>
<section id="views" aria-label="What each role has"><div id="roles" class="roles"></div><section id="scenes" class="scenes" aria-label="Orders and a group"></section></section></div>
<noscript><p class="problem">The demo needs JavaScript and WebAssembly.</p></noscript></main>`,
  });

const styles = `
.demo h1{margin-bottom:.2em}
.intro{display:grid;gap:0 40px}
.intro p{margin:.4em 0}
@media(min-width:1000px){.intro{grid-template-columns:minmax(0,5fr) minmax(0,7fr)}}
.columns{display:grid;gap:20px;grid-template-columns:minmax(0,1fr)}
@media(min-width:1000px){.columns{grid-template-columns:minmax(320px,400px) minmax(0,1fr);align-items:start}.controls{position:sticky;top:8px;max-height:calc(100vh - 16px);overflow-y:auto}}
.controls{background:var(--raised);border-radius:10px;padding:14px 16px}
.controls h2{border:0;padding:0;margin:1em 0 .3em;font-size:1rem}.controls h2:first-child{margin-top:0}
.controls select{font:inherit;width:100%;padding:7px 8px;border-radius:6px;border:1px solid var(--line);background:var(--surface);color:var(--ink)}
.controls p{margin:.4em 0;font-size:.88rem}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(84px,22%),1fr));gap:8px;border:0;margin:0;padding:0;min-width:0}
.gallery legend{padding:0;font-size:.82rem;color:var(--muted);margin:.5em 0 .2em}
.pick{position:relative;display:block;cursor:pointer;font-size:.75rem;color:var(--muted)}
.pick input{position:absolute;opacity:0}
.pick img,.pick canvas{display:block;width:100%;aspect-ratio:1;object-fit:cover;border-radius:6px;border:3px solid transparent;background:var(--line)}
.pick input:checked+img,.pick input:checked+canvas{border-color:var(--accent)}
.pick input:focus-visible+img,.pick input:focus-visible+canvas{outline:3px solid var(--accent);outline-offset:2px}
.drop{border:2px dashed var(--line);border-radius:8px;padding:10px;margin-top:8px;font-size:.85rem}
.drop.over{border-color:var(--accent)}
.drop input{max-width:100%;font:inherit;font-size:.85rem}
.actions{display:flex;flex-wrap:wrap;gap:8px 12px;margin:0 0 .2em;align-items:center;font-size:.9rem}
.actions .button{padding:9px 14px}
#editor h2{margin-top:1em}
#editor .actions{margin-top:.6em}
.edits{display:grid;gap:6px}
.edits label{display:grid;grid-template-columns:9.5em minmax(0,1fr) 4em;gap:8px;align-items:center;font-size:.84rem}
.edits input{width:100%;min-width:0;accent-color:var(--accent)}
.edits output{text-align:right;font-variant-numeric:tabular-nums}
.edits .switch{grid-template-columns:9.5em auto;justify-content:start}.edits .switch input{width:18px;height:18px}
.own-pictures{border:0;margin:8px 0 0;padding:0;min-width:0}.own-pictures legend{padding:0;font-size:.82rem;color:var(--muted)}
.own-row{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(140px,45%),1fr));gap:8px 12px}
.own-card{display:grid;gap:4px;align-content:start;justify-items:start;font-size:.82rem;min-width:0}
.own-card .pick{width:84px}.own-name{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;overflow-wrap:anywhere}
.own-card .copy{margin:0}
.found{font-size:.8rem;width:100%}.found thead th{text-align:left}.found th[scope=row]{max-width:none;font-weight:400;white-space:normal;text-align:left}
.found td{text-align:left;white-space:normal}.found small{display:block;color:var(--muted);font-weight:400}
.finds-yes b{color:var(--warn)}.finds-no b,.finds-unknown b{font-weight:400}
.strip{list-style:none;display:flex;gap:10px;overflow-x:auto;padding:4px 2px 8px;margin:.4em 0}
.strip li{flex:none;width:112px;display:grid;gap:1px;align-content:start;justify-items:start;font-size:.78rem;border:3px solid transparent;border-radius:6px;padding:3px;overflow-wrap:anywhere}
.strip .frame-match{border-color:var(--warn)}.strip .frame-flat{opacity:1;border:3px dashed var(--line)}
.strip canvas{max-width:100%;border-radius:4px}.strip small{color:var(--muted)}.strip .copy{margin:2px 0 0}
#clip{margin-bottom:14px}#clip select{font:inherit;padding:4px 6px;border-radius:6px;border:1px solid var(--line);background:var(--surface);color:var(--ink);max-width:100%}
.scenes{display:grid;gap:14px;margin-top:14px;grid-template-columns:minmax(0,1fr)}.scenes .actions{position:static;margin:.6em 0}
.scenes p{margin:.4em 0;font-size:.9rem;max-width:78ch}.played{width:100%;font-size:.85rem}.played thead th,.played th[scope=row],.played td{white-space:normal;text-align:left;vertical-align:top;max-width:none}.played th[scope=row]{font-weight:400;min-width:9.5em}.played td{min-width:6em}.played td.sees-content{font-weight:600}.played small{color:var(--muted)}
.preview{display:flex;gap:12px;align-items:flex-start;margin-top:8px}
.preview canvas{width:96px;height:96px;object-fit:contain;background:var(--line);border-radius:6px;flex:none}
.meter{position:relative;height:14px;border-radius:7px;background:var(--line);margin:6px 0 2px;overflow:hidden}
.meter .near{position:absolute;inset:0 auto 0 0;background:var(--good);opacity:.35}
.meter .at{position:absolute;top:0;bottom:0;width:4px;margin-left:-2px;background:var(--warn);transition:left .15s}
.roles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr));gap:14px;align-items:start}
.role,.card{border:1px solid var(--line);border-radius:10px;padding:12px 14px;min-width:0}
.role h2,.card h2{border:0;margin:0;padding:0;font-size:1.05rem;display:flex;flex-wrap:wrap;gap:2px 10px;justify-content:space-between;align-items:baseline}
.role h2 span{font-size:.78rem;font-weight:600}
.role .who{margin:0 0 .5em;color:var(--muted);font-size:.82rem}
.role h3{font-size:.82rem;color:var(--muted);margin:.8em 0 .2em;font-weight:600}
.role ul{margin:0;padding-left:1.1em;font-size:.88rem}
.role .got{list-style:none;padding:0}
.role .got li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 10px;padding:4px 0;border-top:1px solid var(--line);max-width:none}
.role .got small{color:var(--muted);grid-column:1/3}
.role .got code{font-size:.72rem;color:var(--muted);grid-column:1/3}
.role .declared{color:var(--muted);font-size:.78rem;margin:.8em 0 0}
.sees-content{color:var(--warn)}.sees-some{color:var(--ink)}.sees-nothing{color:var(--good)}
.nothing{color:var(--muted);margin:.2em 0;font-size:.9rem}
.thumbs{display:flex;flex-wrap:wrap;gap:6px}
.thumbs canvas{width:64px;height:64px;object-fit:cover;border-radius:5px}
.fresh{animation:fresh .8s ease-out}
@keyframes fresh{from{background:var(--raised);border-color:var(--accent)}}
@media(prefers-reduced-motion:reduce){.fresh{animation:none}.meter .at{transition:none}}
.outcome{font-size:.95rem;font-weight:600;margin:.2em 0 .8em;min-height:1.5em}
.role summary{font-size:.85rem}
.matrix caption{text-align:left;white-space:normal;color:var(--muted);font-size:.82rem;padding:6px 10px;max-width:78ch}
.matrix td,.matrix thead th{text-align:left}.matrix th[scope=rowgroup]{max-width:none;padding-top:10px}
.matrix tbody th[scope=row],.matrix tfoot th{text-align:left;vertical-align:top;font-weight:400;white-space:nowrap;max-width:none}.matrix tfoot td{white-space:normal}
.matrix td.sees-content{font-weight:600}.matrix td.sees-hash{color:var(--warn)}
#matrix{margin-bottom:14px}
@media(max-width:600px){.edits input[type=range]{height:26px}.edits .switch input,.scenes input,.actions input{width:22px;height:22px;vertical-align:-5px}.copy{padding:4px 10px}}
@media(max-width:999px){#views>.actions{position:fixed;inset:auto 0 0;z-index:4;margin:0;padding:8px 16px;background:var(--surface);border-top:1px solid var(--line)}#views>.actions .button{padding:7px 10px}.demo{padding-bottom:11em}}
@media print{.controls,.demo .actions,#demo-state{display:none}.demo{padding-bottom:0}.role,.card{break-inside:avoid}}
[hidden]{display:none!important}
`;
