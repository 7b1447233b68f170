/** A peer: what the job has in common with @unraid/libvirt, a native addon. Prints its measures as one JSON object. */
const job = JSON.parse(process.argv[2]);
const beforeImport = performance.now();
const { Hypervisor } = await import('@unraid/libvirt');
const importMs = performance.now() - beforeImport;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const timed = async (work) => {
  const before = performance.now();
  await work();
  return performance.now() - before;
};

async function open(uri) {
  const hypervisor = new Hypervisor({ uri });
  await hypervisor.connectOpen();
  return hypervisor;
}

const connects = [];
for (let i = 0; i < job.connects; i++) {
  let hypervisor;
  connects.push(
    await timed(async () => {
      hypervisor = await open(job.hostUri);
      await hypervisor.connectGetHostname();
    }),
  );
  await hypervisor.connectClose();
}
const first = connects[0];
const hypervisor = await open(job.nodeUri);
const lookUp = (index) => hypervisor.domainLookupByName(`vm-${index % 1000}`);
const oneByOne = async () => {
  for (let i = 0; i < job.calls; i++) await lookUp(i);
};
let next = 0;
const worker = async () => {
  while (next < job.calls) await lookUp(next++);
};
await oneByOne();
const oneByOneMs = await timed(oneByOne);
const inFlightMs = await timed(() => Promise.all(Array.from({ length: 64 }, worker)));
let domains = [];
const listMs = await timed(async () => {
  domains = await hypervisor.connectListAllDomains();
});
const xmlMs = await timed(async () => {
  for (const domain of domains) await hypervisor.domainGetXMLDesc(domain);
});
console.log(
  JSON.stringify({
    'connect-and-first-call': median(connects),
    'connect-and-first-call-cold': first,
    'calls-one-by-one': (job.calls / oneByOneMs) * 1000,
    'calls-in-flight': (job.calls / inFlightMs) * 1000,
    'list-1000-domains': listMs,
    'xml-1000-domains': listMs + xmlMs,
    import: importMs,
    'peak-memory': process.resourceUsage().maxRSS / 1024,
  }),
);
