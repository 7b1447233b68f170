import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { LibvirtStream } from '../stream/libvirt-stream.ts';

/** How a console is opened (`virDomainConsoleFlags`). */
export interface ConsoleOptions extends CallOptions {
  /** The alias of a serial, parallel or console device: `serial0`. @default the first */
  readonly device?: string | undefined;
  /** Take it from whoever has it open. @default false */
  readonly force?: boolean | undefined;
  /** Only open it where the daemon can keep others out. @default false */
  readonly safe?: boolean | undefined;
}

/** The bits of {@link ConsoleOptions}. */
export const consoleBits: Record<'force' | 'safe', number> = {
  force: constants.VIR_DOMAIN_CONSOLE_FORCE,
  safe: constants.VIR_DOMAIN_CONSOLE_SAFE,
};

/** How a channel is opened (`virDomainChannelFlags`). */
export interface ChannelOpenOptions extends CallOptions {
  /** The target's name or the device's alias: `org.example.agent.0`. @default the first */
  readonly name?: string | undefined;
  /** Take it from whoever has it open. @default false */
  readonly force?: boolean | undefined;
}

/** The bits of {@link ChannelOpenOptions}. */
export const channelBits: Record<'force', number> = { force: constants.VIR_DOMAIN_CHANNEL_FORCE };

/** Which screen is taken. */
export interface ScreenshotOptions extends CallOptions {
  /** The number of the screen, from 0. @default 0 */
  readonly screen?: number | undefined;
}

/** A picture of a domain's screen. */
export interface Screenshot {
  /** Its format: `image/x-portable-pixmap` or `image/png`. */
  readonly mimeType: string;
  /** Its bytes. */
  readonly stream: LibvirtStream;
}
