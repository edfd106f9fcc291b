// timeout: 60 s
import { test } from 'uvu';
import { corpusMissing } from '../../support/containers/corpus';
import { fuzz, type FuzzTarget } from '../../fuzz/fuzz';

for (const name of corpusMissing ? [] : ['flac-packets', 'mp3-packets', 'vorbis-packets', 'opus-packets']) {
  test(`${name}: what is damaged is told, or is samples`, async () => {
    const { target } = await import(`../../fuzz/${name}.fuzz`) as { target: FuzzTarget };
    fuzz(target, 1, 500);
  });
}

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);
test.run();
