/**
 * A libvirt daemon for tests: a real socket and the real protocol, with answers that the test decides.
 *
 * @module
 */
export { FakeDaemon, Failure, silence, type Call, type Peer } from './fake-daemon.ts';
