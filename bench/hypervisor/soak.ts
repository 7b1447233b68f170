import { seededRandom } from '@novacron/core';
import type { CompleteHypervisor } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { report } from './report.ts';

const operations = 1000;
const workers = 4;
const pool = 'lab';
const mebibyte = 1024 ** 2;

/**
 * A thousand operations of random lives of machines with disks, by four workers at once. An operation succeeds when it does
 * what it says; a refusal that is due is a success, too.
 */
export async function soak(uri: string): Promise<void> {
  const hypervisor = await connectLibvirt(uri);
  const prefix = `hv-soak-${process.pid}`;
  let done = 0;
  const failures: string[] = [];
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const random = seededRandom(worker + 1);
      for (let life = 0; done < operations; life++) {
        for (const [step, work] of lifeOf(hypervisor, `${prefix}-${worker}-${life}`, random)) {
          done++;
          await work().catch((error: unknown) => failures.push(`${step}: ${(error as Error).message}`));
        }
      }
    }),
  );
  const left = (await hypervisor.volumes.list(pool)).filter(({ name }) => name.startsWith(prefix)).length;
  report({
    figure: 'soak-success-rate',
    ours: (done - failures.length) / done,
    peer: null,
    peerName: null,
    unit: 'ratio',
    better: 'higher',
    data: `${done} operations in ${Math.round((performance.now() - startMs) / 1000)} s, ${left} volumes left behind${failures.length > 0 ? `; ${failures[0]}` : ''}`,
    runs: 1,
    reason: 'a rate has no peer',
  });
  await hypervisor.close();
}

type Step = readonly [name: string, work: () => Promise<unknown>];

/** One life: made with a disk, some things done to it in any order that its state allows, deleted with all of it. */
function* lifeOf({ vms, snapshots }: CompleteHypervisor, name: string, random: () => number): Generator<Step> {
  yield [
    'create',
    () =>
      vms.create(
        { name, memoryBytes: 16 * mebibyte, disks: [{ create: { pool, sizeBytes: mebibyte } }] },
        { start: true },
      ),
  ];
  const choices: readonly Step[] = [
    ['suspend and resume', async () => [await vms.suspend(name), await vms.resume(name)]],
    ['update', () => vms.update(name, { tags: { turn: String(random()) } })],
    ['details', () => vms.details(name)],
    ['snapshot', async () => [await snapshots.create(name, { name: 's' }), await snapshots.delete(name, 's')]],
    ['stop and start', async () => [await vms.stop(name, { force: true }), await vms.start(name)]],
    ['save and start', async () => [await vms.save(name), await vms.start(name)]],
    [
      'refusal',
      () =>
        vms.start(name).then(
          () => Promise.reject(new Error('started twice')),
          () => {},
        ),
    ],
    ['stats', () => vms.stats({ vms: [name] })],
  ];
  for (let turn = 0; turn < 6; turn++) yield choices[Math.floor(random() * choices.length)] as Step;
  yield ['delete', () => vms.delete(name, { force: true, volumes: 'created' })];
}
