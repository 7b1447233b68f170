/**
 * What is built on the one interface, the same for every driver: images with versions and checksums, clones, exports, and
 * backups with their books. Uses `node:crypto`, and `node:fs` for folders.
 *
 * @module
 */
export {
  createBackupStore,
  type Backup,
  type BackupStore,
  type BackupVmOptions,
  type RestoreOptions,
} from './backup-store.ts';
export { cloneVm, type CloneVmOptions } from './clone-vm.ts';
export { directoryArchive } from './directory-archive.ts';
export { exportVm, importVm, type Archive, type ExportManifest, type ImportVmOptions } from './export-vm.ts';
export type { LibraryOptions } from './library-options.ts';
export {
  createImageLibrary,
  type Image,
  type ImageFromVmOptions,
  type ImageLibrary,
  type NewImage,
} from './image-library.ts';
