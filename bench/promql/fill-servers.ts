/** Writes the benchmark's data to servers, in a process of its own: `fill-servers.ts machines url...`. */
import { remoteWrite } from '../../packages/monitoring/test/promql/conformance/remote-write.ts';
import { benchmarkData, columnsOf } from './data.ts';

const [machines, ...urls] = process.argv.slice(2);
const series = benchmarkData(Number(machines)).map(columnsOf);
for (const url of urls) await remoteWrite(url, series);
