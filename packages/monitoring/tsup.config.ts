import { defineLibrary } from '../../tools/tsup-library.ts';

// node:sqlite is one of the built-in modules that have no name without the prefix.
export default Object.assign(defineLibrary(import.meta.dirname), { removeNodeProtocol: false });
