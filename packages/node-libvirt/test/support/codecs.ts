import { typeName } from '../../generator/naming.ts';
import * as lxc from '../../src/protocol/lxc-codecs.gen.ts';
import * as lxcServer from '../../src/protocol/lxc-server-codecs.gen.ts';
import * as net from '../../src/protocol/net-codecs.gen.ts';
import * as qemu from '../../src/protocol/qemu-codecs.gen.ts';
import * as qemuServer from '../../src/protocol/qemu-server-codecs.gen.ts';
import * as remote from '../../src/protocol/remote-codecs.gen.ts';
import * as remoteServer from '../../src/protocol/remote-server-codecs.gen.ts';
import type { XdrReader } from '../../src/xdr/reader.ts';
import { XdrWriter } from '../../src/xdr/writer.ts';

const all: Readonly<Record<string, unknown>> = {
  ...net,
  ...remote,
  ...remoteServer,
  ...qemu,
  ...qemuServer,
  ...lxc,
  ...lxcServer,
};

/** The generated codec of a struct of the protocol: `remote_domain_get_info_ret`. */
export function codecOf(struct: string): {
  readonly encode: (value: unknown) => Buffer;
  readonly decode: (reader: XdrReader) => unknown;
} {
  const name = typeName(struct);
  const write = all[`encode${name}`] as (writer: XdrWriter, value: unknown) => void;
  return {
    encode: (value) => {
      const writer = new XdrWriter();
      write(writer, value);
      return writer.toBuffer();
    },
    decode: all[`decode${name}`] as (reader: XdrReader) => unknown,
  };
}
