import type { RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import { storageVolumeTypeNames } from '../protocol/names.gen.ts';
import type { NonnullStorageVol } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { LibvirtStream } from '../stream/libvirt-stream.ts';
import { numberOf } from '../values/words.ts';
import { receiveAll, sendAll, type UploadSource } from './transfer.ts';
import { downloadBits, type TransferAllOptions, type TransferOptions, uploadBits } from './transfer-options.ts';
import {
  resizeBits,
  type ResizeOptions,
  volumeDeleteBits,
  type VolumeDeleteOptions,
  volumeInfoBits,
  type VolumeInfoOptions,
  type WipeAlgorithm,
  wipeAlgorithms,
} from './volume-options.ts';

/** A volume's type and size. */
export interface StorageVolumeInfo {
  readonly type: (typeof storageVolumeTypeNames)[number] | 'unknown';
  /** The size that a guest sees. */
  readonly capacityBytes: number;
  /** What it takes on the host. */
  readonly allocationBytes: number;
}

/** A storage volume of libvirt; a reference by key. Its methods reject with {@link LibvirtError}. */
export class StorageVolume {
  private readonly raw: RawCalls;
  private readonly reference: NonnullStorageVol;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullStorageVol) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name in its pool. */
  get name(): string {
    return this.reference.name;
  }

  /** Its key, unique on the host. */
  get key(): string {
    return this.reference.key;
  }

  /** The name of its pool. */
  get pool(): string {
    return this.reference.pool;
  }

  /** The reference that raw calls take as `vol`. */
  get vol(): NonnullStorageVol {
    return this.reference;
  }

  /** Its type and size. */
  async getInfo(options?: VolumeInfoOptions): Promise<StorageVolumeInfo> {
    const flags = flagWord(options, volumeInfoBits);
    const info =
      flags === 0
        ? await this.raw.storageVolGetInfo({ vol: this.reference }, options)
        : await this.raw.storageVolGetInfoFlags({ vol: this.reference, flags }, options);
    return {
      type: storageVolumeTypeNames[info.type] ?? 'unknown',
      capacityBytes: info.capacity,
      allocationBytes: info.allocation,
    };
  }

  /** Its path on the host. */
  async getPath(options?: CallOptions): Promise<string> {
    return (await this.raw.storageVolGetPath({ vol: this.reference }, options)).name;
  }

  /** Its XML. */
  async getXMLDesc(options?: CallOptions): Promise<string> {
    return (await this.raw.storageVolGetXmlDesc({ vol: this.reference }, options)).xml;
  }

  /** Makes it larger, or smaller when that is allowed. */
  resize(capacityBytes: number, options?: ResizeOptions): Promise<void> {
    const flags = flagWord(options, resizeBits);
    return this.raw.storageVolResize({ vol: this.reference, capacity: capacityBytes, flags }, options);
  }

  /** Writes over what it holds; `zero` unless another algorithm is named, for which the host needs scrub(1). */
  async wipe(options?: CallOptions & { readonly algorithm?: WipeAlgorithm | undefined }): Promise<void> {
    const name = options?.algorithm;
    if (name === undefined) return this.raw.storageVolWipe({ vol: this.reference }, options);
    const algorithm = numberOf(wipeAlgorithms, name, 'wipe: the algorithm');
    return this.raw.storageVolWipePattern({ vol: this.reference, algorithm }, options);
  }

  /** Opens a stream that takes its content; what is sent has arrived when the stream's `finish` has resolved. */
  async upload(options?: TransferOptions): Promise<LibvirtStream> {
    const args = { ...this.range(options), flags: flagWord(options, uploadBits) };
    return (await this.raw.storageVolUpload(args, options)).stream;
  }

  /** Opens a stream that gives its content. */
  async download(options?: TransferOptions): Promise<LibvirtStream> {
    const args = { ...this.range(options), flags: flagWord(options, downloadBits) };
    return (await this.raw.storageVolDownload(args, options)).stream;
  }

  /**
   * Uploads a file, or all that a source gives, and resolves when the daemon has it all. With `sparse`, blocks of 64 KiB
   * zeros travel as holes.
   *
   * @param source - A file's path, or pieces of bytes: an array, a Node.js or web stream, a generator.
   *
   * @example
   * ```ts no-run
   * import { connect } from 'node-libvirt';
   *
   * const connection = await connect('qemu:///system');
   * const pool = await connection.lookupStoragePoolByName('default');
   * const volume = await pool.createVolumeXML('<volume><name>disk</name><capacity unit="G">2</capacity></volume>');
   * await volume.uploadFrom('disk.img', {
   *   sparse: true,
   *   onProgress: ({ movedBytes }) => process.stderr.write(`\r${movedBytes} bytes`),
   * });
   * await connection.close();
   * ```
   */
  async uploadFrom(source: UploadSource, options: TransferAllOptions = {}): Promise<void> {
    await sendAll(await this.upload(options), source, options);
  }

  /**
   * Downloads it into a file, which is made or emptied first; with `sparse`, its holes become holes of the file.
   *
   * @param path - The file.
   * @returns how many bytes came, holes included.
   */
  async downloadTo(path: string, options: TransferAllOptions = {}): Promise<number> {
    return receiveAll(await this.download(options), path, options);
  }

  /** Deletes it and what it holds. */
  delete(options?: VolumeDeleteOptions): Promise<void> {
    const flags = flagWord(options, volumeDeleteBits);
    return this.raw.storageVolDelete({ vol: this.reference, flags }, options);
  }

  private range(options?: TransferOptions): { vol: NonnullStorageVol; offset: number; length: number } {
    return { vol: this.reference, offset: options?.offsetBytes ?? 0, length: options?.lengthBytes ?? 0 };
  }

  /** Its name, key and pool. */
  toJSON(): { name: string; key: string; pool: string } {
    return { name: this.name, key: this.key, pool: this.pool };
  }
}
