/** Validates a scenario beyond its schema. */
import { classifierLabels } from '../../classify/index.ts';
import { resolveTransform } from '../../image/transform/index.ts';
import type { TransformSpec } from '../../schema/edit-preset.ts';
import type { Scenario } from '../../schema/scenario.ts';
import { strategyByName } from '../../strategy/index.ts';
import { UserError } from '../../util/errors.ts';
import { checkAnyHashName } from '../detectors/detectors.ts';
import { checkBits } from './detectors.ts';
import { messageHashes } from './plan.ts';

/** Checks what is sent: hashes, edits, strategies, classifier and label must be known, and edits must be distinct. `what` names the file. */
export function checkScenario(scenario: Scenario, what: string): void {
  const { messages, strategies, detectors } = scenario;
  for (const name of Object.values(messageHashes(scenario))) checkAnyHashName(name, detectors);
  checkEdits(messages.edits, `${what} at /messages/edits`);
  if (messages.edits.some(({ name }) => name === 'none'))
    throw new UserError(`${what} at /messages/edits: every picture is also sent unedited; remove 'none'`);
  const { accounts, offendingAccounts = 1 } = messages;
  if (offendingAccounts >= accounts)
    throw new UserError(
      `${what} at /messages/offendingAccounts: expected fewer than /messages/accounts, ${accounts}, so that some are innocent, but received ${offendingAccounts}`,
    );
  if (messages.head && messages.scorer)
    throw new UserError(
      `${what} at /messages/scorer: the head decides already, and one of them can; remove scorer or head`,
    );
  if (messages.prekeys && messages.session !== 'ratchet')
    throw new UserError(
      `${what} at /messages/prekeys: a static channel has no prekeys; set /messages/session to ratchet, or remove prekeys`,
    );
  for (const name of strategies) strategyByName(name);
  checkBits(scenario, what);
  labelIndex(scenario);
}

/** Checks that every edit is possible and distinct: edits with the same label are equal. */
export function checkEdits(specs: readonly TransformSpec[], place: string): void {
  const edits = specs.map((spec) => resolveTransform(spec).label);
  const twice = edits.find((label, i) => edits.indexOf(label) < i);
  if (twice) throw new UserError(`${place}: '${twice}' occurs twice; keep one`);
}

/** Index of the scenario's label among the classifier's scores. If the label is unknown, a UserError lists all labels. */
export const labelIndex = ({ messages: { label, classifier } }: Pick<Scenario, 'messages'>): number =>
  indexOfLabel(label, classifier);

/** Index of a label among a classifier's scores, ignoring case. Throws a UserError if classifier or label are unknown. */
export function indexOfLabel(label: string, classifier: string): number {
  const labels = classifierLabels(classifier);
  const index = labels.findIndex((each) => each.toLowerCase() === label.toLowerCase());
  if (index < 0)
    throw new UserError(`Expected one of ${labels.join(', ')} for the label of ${classifier} but received '${label}'`);
  return index;
}
