/**
 * A libvirt daemon for tests: a real socket and the real protocol, with answers that the test decides.
 *
 * @module
 */
export type { FrameHead } from '../rpc/frame.ts';
export { FakeDaemon, Failure, silence, type Answer, type Call, type Peer } from './fake-daemon.ts';
