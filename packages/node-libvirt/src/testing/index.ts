/**
 * A libvirt daemon for tests: a real socket and the real protocol, with answers that the test decides or that were
 * recorded, and a proxy that does to a real connection what networks and daemons do at their worst.
 *
 * @module
 */
export type { FrameHead } from '../rpc/frame.ts';
export type { Conversation, RecordedCall, RecordedFrame } from './conversation.ts';
export { FakeDaemon, Failure, silence, type Answer, type Call, type Peer, type StreamCall } from './fake-daemon.ts';
export { FakeStream, type StreamEnding } from './fake-stream.ts';
export type { Fault } from './fault-lane.ts';
export { FaultProxy, type FaultProxyOptions, type FaultRule, type PassingFrame } from './fault-proxy.ts';
