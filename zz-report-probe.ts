import { writeFileSync } from 'node:fs'; import { htmlPage } from './src/report/page.ts'; import {fixture,timings,run} from './test/report/fixture.ts';
const t=performance.now(); const a=htmlPage(fixture(),run,timings); console.log(performance.now()-t, a.length, a===htmlPage(fixture(),run,timings)); writeFileSync('/tmp/rp/page.html', a);
