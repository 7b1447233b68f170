import type { LibvirtStream } from '../stream/libvirt-stream.ts';
import { DomainHistory } from './domain-history.ts';
import { flagWord } from './flags.ts';
import {
  channelBits,
  type ChannelOpenOptions,
  consoleBits,
  type ConsoleOptions,
  type Screenshot,
  type ScreenshotOptions,
} from './stream-options.ts';

/** A domain's console, channels and screen, as streams. */
export abstract class DomainStreams extends DomainHistory {
  /**
   * Opens its console, both ways: what the guest prints comes, what is sent is typed. Somebody else who has it open is
   * `conflict` or `internal` (libvirt's number 9), unless `force` takes it.
   *
   * @param options - The signal breaks the stream off at any time; `timeoutMs` is for the opening.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * const domain = await connection.lookupDomainByName('web');
   * const stream = (await domain.openConsole()).toDuplex();
   * process.stdin.pipe(stream).pipe(process.stdout);
   * ```
   */
  async openConsole(options?: ConsoleOptions): Promise<LibvirtStream> {
    const args = { dom: this.reference, devName: options?.device, flags: flagWord(options, consoleBits) };
    return (await this.raw.domainOpenConsole(args, options)).stream;
  }

  /** Opens a virtio channel between the host and the guest, both ways. */
  async openChannel(options?: ChannelOpenOptions): Promise<LibvirtStream> {
    const args = { dom: this.reference, name: options?.name, flags: flagWord(options, channelBits) };
    return (await this.raw.domainOpenChannel(args, options)).stream;
  }

  /**
   * Takes a picture of its screen.
   *
   * @example
   * ```ts no-run
   * import { writeFile } from 'node:fs/promises';
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * const domain = await connection.lookupDomainByName('web');
   * const { mimeType, stream } = await domain.screenshot();
   * await writeFile(mimeType === 'image/png' ? 'screen.png' : 'screen.ppm', stream.readable);
   * await connection.close();
   * ```
   */
  async screenshot(options?: ScreenshotOptions): Promise<Screenshot> {
    const args = { dom: this.reference, screen: options?.screen ?? 0, flags: 0 };
    const { ret, stream } = await this.raw.domainScreenshot(args, options);
    return { mimeType: ret.mime ?? '', stream };
  }
}
