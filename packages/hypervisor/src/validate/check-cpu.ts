import { isRecord, items, isWhole, shown, type Checks, type Unchecked } from './checks.ts';

/** Looks at CPUs and memory: how many, and whether their parts fit together. */
export function checkCpuAndMemory(spec: Unchecked, checks: Checks): void {
  const vcpus = isWhole(spec['vcpus']) ? spec['vcpus'] : 1;
  const memoryBytes = isWhole(spec['memoryBytes']) ? spec['memoryBytes'] : 1024 ** 3;
  const cpu = checks.record(spec['cpu'], 'cpu');
  if (cpu !== undefined) checkCpu(cpu, vcpus, memoryBytes, checks);
  const memory = checks.record(spec['memory'], 'memory');
  if (memory !== undefined) checkMemory(memory, memoryBytes, cpu?.['numa'] !== undefined, checks);
}

function checkCpu(cpu: Unchecked, vcpus: number, memoryBytes: number, checks: Checks): void {
  const { model, maximum, topology, pinning, emulatorPinning, shares, limitRatio, ioThreads } = cpu;
  if (model !== undefined) checks.text(model, 'cpu.model', 'must name a model');
  const features = checks.record(cpu['features'], 'cpu.features') ?? {};
  for (const [name, policy] of Object.entries(features)) {
    checks.check(/^[\w.-]+$/.test(name), 'cpu.features', `${shown(name)} can not be the name of a feature`);
    checks.choice(policy, ['require', 'disable', 'optional', 'force', 'forbid'], `cpu.features.${name}`);
  }
  checks.whole(maximum, 'cpu.maximum', [1, 4096]);
  const most = isWhole(maximum) ? maximum : vcpus;
  checks.check(most >= vcpus, 'cpu.maximum', `is less than vcpus, ${vcpus}`, `make it ${vcpus} or more`);
  checkTopology(checks.record(topology, 'cpu.topology'), most, checks);
  checks.records(pinning, 'cpu.pinning', (pin, path) => {
    checks.whole(pin['vcpu'] ?? null, `${path}.vcpu`, [0, most - 1]);
    checkCpuList(pin['hostCpus'], `${path}.hostCpus`, checks);
  });
  const pinned = items(pinning).map((pin) => (isRecord(pin) ? pin['vcpu'] : undefined));
  checks.unique(pinned, (index) => `cpu.pinning[${index}].vcpu`, 'the virtual CPU');
  if (emulatorPinning !== undefined) checkCpuList(emulatorPinning, 'cpu.emulatorPinning', checks);
  checks.whole(shares, 'cpu.shares', [1, 10_000]);
  checks.whole(ioThreads, 'cpu.ioThreads', [0, 1024]);
  checks.check(
    limitRatio === undefined || (typeof limitRatio === 'number' && limitRatio >= 0.01 && limitRatio <= 1),
    'cpu.limitRatio',
    `must be a number from 0.01 to 1, not ${shown(limitRatio)}`,
  );
  checkNuma(cpu['numa'], most, memoryBytes, checks);
}

function checkTopology(topology: Unchecked | undefined, most: number, checks: Checks): void {
  if (topology === undefined) return;
  let product = 1;
  for (const part of ['sockets', 'cores', 'threads']) {
    checks.whole(topology[part], `cpu.topology.${part}`, [1, 4096]);
    product *= isWhole(topology[part]) ? topology[part] : 1;
  }
  checks.check(
    product === most,
    'cpu.topology',
    `sockets × cores × threads is ${product}, but there are ${most} virtual CPUs`,
    `make the product ${most}, or vcpus (or cpu.maximum) ${product}`,
  );
}

function checkNuma(numa: unknown, most: number, memoryBytes: number, checks: Checks): void {
  if (numa === undefined) return;
  const seen: unknown[] = [];
  let sumBytes = 0;
  checks.records(numa, 'cpu.numa', (node, path) => {
    checkCpuList(node['vcpus'], `${path}.vcpus`, checks, most);
    seen.push(...(Array.isArray(node['vcpus']) ? (node['vcpus'] as readonly unknown[]) : []));
    checks.whole(node['memoryBytes'] ?? null, `${path}.memoryBytes`, [1024 ** 2, Number.MAX_SAFE_INTEGER]);
    sumBytes += isWhole(node['memoryBytes']) ? node['memoryBytes'] : 0;
    if (node['hostNodes'] !== undefined) checkCpuList(node['hostNodes'], `${path}.hostNodes`, checks);
  });
  checks.unique(seen, () => 'cpu.numa', 'the virtual CPU');
  checks.check(
    sumBytes === memoryBytes,
    'cpu.numa',
    `the nodes have ${sumBytes} bytes together, but the machine has ${memoryBytes}`,
    'make the sum that of memoryBytes',
  );
}

function checkCpuList(list: unknown, path: string, checks: Checks, most = 4096): void {
  const holds =
    Array.isArray(list) && list.length > 0 && list.every((each) => isWhole(each) && each >= 0 && each < most);
  checks.check(holds, path, `must be a list of whole numbers from 0 to ${most - 1}`);
}

function checkMemory(memory: Unchecked, memoryBytes: number, hasNuma: boolean, checks: Checks): void {
  const { currentBytes, maximumBytes, slots, hugepages } = memory;
  checks.whole(currentBytes, 'memory.currentBytes', [1024 ** 2, memoryBytes]);
  checks.whole(maximumBytes, 'memory.maximumBytes', [memoryBytes, Number.MAX_SAFE_INTEGER]);
  checks.check(
    maximumBytes === undefined || hasNuma,
    'memory.maximumBytes',
    'needs cpu.numa: memory is plugged into a node',
    'add cpu.numa with one node of all CPUs and all memory',
  );
  checks.whole(slots, 'memory.slots', [1, 256]);
  for (const field of ['balloon', 'locked', 'shared']) checks.flag(memory[field], `memory.${field}`);
  const pageBytes = hugepages === undefined || typeof hugepages === 'boolean' ? 4096 : hugepages;
  checks.check(
    isWhole(pageBytes) && pageBytes >= 4096 && Number.isInteger(Math.log2(pageBytes)),
    'memory.hugepages',
    `must be true, false or the size of a page in bytes, not ${shown(hugepages)}`,
    'use 2 * 1024 ** 2 or 1024 ** 3',
  );
}
