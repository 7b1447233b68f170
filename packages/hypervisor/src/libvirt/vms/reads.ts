import type { LibvirtStream } from 'node-libvirt';
import { assertState } from '../../assert-allowed.ts';
import type { CompleteVmOperations } from '../../spec/hypervisor.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { readDetails } from './details.ts';

/** What is read of one machine, and its console and screen. */
export function libvirtReads(
  host: LibvirtHost,
): Pick<CompleteVmOperations, 'get' | 'details' | 'openConsole' | 'screenshot'> {
  return {
    get: (vm, options) => host.call(options, vm, async (call) => (await host.read(await host.find(vm, call), call)).vm),
    details: (vm, options) =>
      host.call(options, vm, async (call) => readDetails(host, await host.find(vm, call), options ?? {}, call)),
    openConsole: (vm, options) =>
      host.call(options, vm, async (call) => {
        const domain = await host.find(vm, call);
        assertState('open the console', domain.name, await host.state(domain, call), ['running', 'paused']);
        // The stream outlives the call that opens it; the caller closes it.
        const stream = await domain.openConsole({ force: options?.force, signal: options?.signal });
        const close = (): Promise<void> => stream.abort();
        return { readable: stream.readable, writable: stream.writable, close, [Symbol.asyncDispose]: close };
      }),
    screenshot: (vm, options) =>
      host.call(options, vm, async (call) => {
        const domain = await host.find(vm, call);
        assertState('take a picture', domain.name, await host.state(domain, call), ['running', 'paused']);
        const { mimeType, stream } = await domain.screenshot(call);
        return { mimeType, data: await bytesOf(stream) };
      }),
  };
}

async function bytesOf(stream: LibvirtStream): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream.readable) pieces.push(piece);
  return Buffer.concat(pieces);
}
