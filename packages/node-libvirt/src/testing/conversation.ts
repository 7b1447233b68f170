import { procedures } from '../index.ts';
import type { FrameHead } from '../rpc/frame.ts';
import type { Procedure } from '../rpc/procedure.ts';

/** A frame of a daemon in a {@link Conversation}. */
export interface RecordedFrame {
  readonly program: number;
  readonly procedure: number;
  /** 1 is an answer, 2 a message, 3 stream data, 6 a hole. */
  readonly type: number;
  /** 0 is good, 1 an error, 2 goes on. */
  readonly status: number;
  /** What follows the head, in base64. */
  readonly payload: string;
}

/** A call and all that the daemon sent under its serial. */
export interface RecordedCall {
  readonly program: number;
  readonly procedure: number;
  /** The procedure's name, for readers. */
  readonly name: string;
  /** The arguments as they were sent, in base64. */
  readonly payload: string;
  readonly answers: RecordedFrame[];
  /** The messages that came after its first answer and before the next call's. */
  readonly messages: RecordedFrame[];
}

/** What a client and a daemon said to each other, as JSON; a {@link FaultProxy} records it, a {@link FakeDaemon} plays it. */
export interface Conversation {
  readonly version: 1;
  readonly calls: RecordedCall[];
}

const callType = 0;
const messageType = 2;
const keepaliveProgram = 0x6b65_6570;

const names = new Map(
  (Object.values(procedures) as Procedure[]).map(({ program, number, name }) => [`${program}/${number}`, name]),
);

/** The name of a call's procedure, or its numbers where it is not known. */
export function procedureName({ program, procedure }: Pick<FrameHead, 'program' | 'procedure'>): string {
  return names.get(`${program}/${procedure}`) ?? `${program}/${procedure}`;
}

/** Writes down the frames of one connection. */
export class ConversationRecorder {
  private readonly calls: RecordedCall[];
  private readonly bySerial = new Map<number, RecordedCall>();
  private latest: RecordedCall | undefined;

  /** @param conversation - Where it is written; several connections may share one. */
  constructor(conversation: Conversation) {
    this.calls = conversation.calls;
  }

  /** Takes a frame of the client. */
  fromClient(head: FrameHead, payload: Buffer): void {
    if (head.type !== callType || head.program === keepaliveProgram) return;
    const { program, procedure } = head;
    const call: RecordedCall = {
      program,
      procedure,
      name: procedureName(head),
      payload: payload.toString('base64'),
      answers: [],
      messages: [],
    };
    this.calls.push(call);
    this.bySerial.set(head.serial, call);
  }

  /** Takes a frame of the daemon. */
  fromDaemon(head: FrameHead, payload: Buffer): void {
    if (head.program === keepaliveProgram) return;
    const { program, procedure, type, status } = head;
    const frame: RecordedFrame = { program, procedure, type, status, payload: payload.toString('base64') };
    if (type === messageType) {
      this.latest?.messages.push(frame);
      return;
    }
    const call = this.bySerial.get(head.serial);
    if (call === undefined) return;
    call.answers.push(frame);
    this.latest = call;
  }
}
