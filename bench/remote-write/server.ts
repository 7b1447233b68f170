/** Our server: serves a store in the folder that it is given, says where, and ends when its input does. */
import { join } from 'node:path';
import { createPrometheusApi, listen } from '@novacron/monitoring/http';
import { sqliteStore } from '@novacron/monitoring/sqlite';

const store = await sqliteStore({ path: join(process.argv[2] ?? '.', 'metrics.db') });
const server = await listen(createPrometheusApi(store), { port: 0 });
console.log(server.url);
process.stdin.resume().once('end', () => {
  void server.close().then(() => store.close());
});
