import { describeStore } from '@novacron/monitoring/testing';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { temporaryPath } from './temporary-path.ts';

describeStore('sqliteStore', (options) => sqliteStore({ ...options, path: temporaryPath() }));
