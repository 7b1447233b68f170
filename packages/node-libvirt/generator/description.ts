/**
 * What the generator knows about libvirt's interface: the numbers, names and layouts of its protocol files and public
 * headers, without their text. It is extracted once per libvirt release and committed, so that the code can be
 * generated again without the network.
 */
export interface Description {
  /** The libvirt release it was extracted from. */
  readonly libvirt: string;
  readonly programs: readonly Program[];
  readonly headers: readonly Header[];
}

/** One RPC program: a protocol file. */
export interface Program {
  /** `net`, `keepalive`, `remote`, `qemu` or `lxc`. */
  readonly name: string;
  /** The program number on the wire; absent for `net`, which only declares the framing. */
  readonly id?: number | undefined;
  readonly version?: number | undefined;
  readonly constants: Readonly<Record<string, number>>;
  readonly types: readonly TypeDefinition[];
  readonly procedures: readonly ProcedureDefinition[];
}

/** A declaration of the protocol file; fields keep the file's own spelling (`unsigned hyper memory`). */
export type TypeDefinition =
  | { readonly typedef: string }
  | { readonly enum: string; readonly members: Readonly<Record<string, number>> }
  | { readonly struct: string; readonly fields: readonly string[] }
  | { readonly union: string; readonly switch: string; readonly cases: Readonly<Record<string, string>> };

/** One entry of a program's procedure enum with its annotations. */
export interface ProcedureDefinition {
  /** The constant without the program's prefix: `DOMAIN_CREATE`. */
  readonly name: string;
  readonly number: number;
  readonly priority: 'high' | 'low';
  /** The direction of the data stream that belongs to the call, seen from the client. */
  readonly stream?: 'read' | 'write' | undefined;
}

/** The constants of one public header. */
export interface Header {
  /** `domain` for `libvirt-domain.h`. */
  readonly name: string;
  readonly enums: readonly HeaderEnum[];
  /** Numbers and strings of `#define` lines. */
  readonly defines: Readonly<Record<string, number | string>>;
}

/** A C enum of a public header. */
export interface HeaderEnum {
  readonly name: string;
  readonly members: Readonly<Record<string, number>>;
}
