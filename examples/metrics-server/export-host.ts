import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { formatExposition, prometheusName, type MetricMetadata } from '@novacron/monitoring';
import { hostSource } from '@novacron/monitoring/host';

/** Serves this host's metrics as an exporter does, at a free port of the loopback. */
export async function exportHost(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const source = hostSource();
  const names = new Map(source.descriptors.map((descriptor) => [descriptor.name, prometheusName(descriptor)]));
  const metadata = new Map<string, MetricMetadata>();
  for (const descriptor of source.descriptors) {
    const metric = prometheusName(descriptor);
    metadata.set(metric, { metric, type: descriptor.kind, help: descriptor.description, unit: '' });
  }
  const server = createServer((_, response) => {
    source.collect().then(
      ({ samples }) => {
        const named = samples.map((sample) => ({ ...sample, metric: names.get(sample.metric) ?? sample.metric }));
        response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
        Readable.from(formatExposition(named, { metadata: (metric) => metadata.get(metric) })).pipe(response);
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
