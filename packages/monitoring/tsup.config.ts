import { defineLibrary } from '../../tools/tsup-library.ts';

export default defineLibrary(import.meta.dirname);
