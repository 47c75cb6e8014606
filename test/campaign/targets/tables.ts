/** Blinded tables, the secrets beside them, and certificates of tables. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { savedSecrets } from '../../../src/cli/table-secrets.ts';
import { authoriseTable, certifyAuthorised, checkCertificate } from '../../../src/crypto/certified-table.ts';
import { logKeys } from '../../../src/crypto/merkle-log.ts';
import { tpsiSettings } from '../../../src/crypto/tpsi-format.ts';
import { planTable, tableSecret } from '../../../src/crypto/tpsi-setup.ts';
import { type BlindedTable, parseTable } from '../../../src/crypto/tpsi-table.ts';
import { makeVoucher, voucherAccount } from '../../../src/crypto/voucher.ts';
import { hashList } from '../../../src/match/hash-list.ts';
import { utf8 } from '../../../src/util/bytes.ts';
import { UserError } from '../../../src/util/errors.ts';
import { toHex } from '../../../src/util/hex.ts';
import { randomOf } from '../../crypto/seeded.ts';
import { refusedUnless, type Target } from '../target.ts';

const table = (bytes: Uint8Array): BlindedTable => {
  const parsed = parseTable(bytes);
  refusedUnless(parsed);
  return parsed.table;
};

export const tables: Target = {
  name: 'tables',
  floorMillis: 100,
  millisPerByte: 0.05,
  mostMebibytes: 128,
  async seeds(folder) {
    const random = randomOf('campaign table');
    const keys = logKeys(random);
    const secret = tableSecret(random);
    const entries = Array.from({ length: 6 }, () => random(32));
    const list = hashList(
      { name: 'seed', algorithm: 'pdq', bits: 256 },
      entries.map((hash, i) => ({ id: `${i}`, hash })),
    );
    const authorised = authoriseTable(entries, secret, 5, keys.secretKey);
    const made = certifyAuthorised(authorised, secret.alpha, keys.publicKey, random);
    if (!made.ok) throw new Error(made.reason);
    const { certified } = made;
    const whole = table(certified.table);
    const secretsPath = join(folder, 'table.secrets');
    const secrets = {
      schemaVersion: 1,
      list: list.root,
      epoch: 5,
      load: 0.42,
      alpha: toHex(secret.alpha),
      dummyKey: toHex(secret.dummyKey),
    };
    const settings = tpsiSettings({ threshold: 2 });
    return [
      {
        name: 'table',
        bytes: certified.table,
        read(file) {
          const read = table(file);
          const account = voucherAccount('account', read, settings, random);
          makeVoucher(account, { id: 'upload', hash: entries[0]!, payload: random(4) }, random);
          return 0;
        },
      },
      {
        name: 'certificate',
        bytes: certified.certificate,
        read(file) {
          const why = checkCertificate(whole, file, keys.publicKey);
          if (why !== undefined) throw new UserError(why);
          return 0;
        },
      },
      {
        name: 'authorised table',
        bytes: authorised.table,
        read(file) {
          refusedUnless(
            certifyAuthorised({ table: file, signature: authorised.signature }, secret.alpha, keys.publicKey, random),
          );
          return 0;
        },
      },
      {
        name: 'secrets',
        bytes: utf8(`${JSON.stringify(secrets, null, 2)}\n`),
        async read(file) {
          await writeFile(secretsPath, file);
          const saved = await savedSecrets(secretsPath, list, { out: join(folder, 'table') });
          planTable(entries, saved.secret, saved.epoch, saved.load);
          return 0;
        },
      },
    ];
  },
};
