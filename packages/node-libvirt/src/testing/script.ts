import type { FrameHead } from '../rpc/frame.ts';
import type { Conversation, RecordedCall } from './conversation.ts';

/** Finds the answers of a recorded conversation again. */
export class Script {
  private readonly exact = new Map<string, RecordedCall[]>();
  private readonly byProcedure = new Map<string, RecordedCall[]>();

  /** @param conversation - What was said. */
  constructor(conversation: Conversation) {
    for (const call of conversation.calls) {
      const procedure = `${call.program}/${call.procedure}`;
      append(this.byProcedure, procedure, call);
      append(this.exact, `${procedure}/${call.payload}`, call);
    }
  }

  /**
   * What was recorded for a call: the next of its kind, and the last one again when there is no further.
   *
   * @throws {Error} when the conversation has no call of the procedure.
   */
  next({ program, procedure }: FrameHead, payload: Buffer): RecordedCall {
    const kind = `${program}/${procedure}`;
    const calls = this.exact.get(`${kind}/${payload.toString('base64')}`) ?? this.byProcedure.get(kind);
    const call = calls === undefined || calls.length > 1 ? calls?.shift() : calls[0];
    if (call === undefined) throw new Error(`the conversation has no call of ${kind}`);
    return call;
  }
}

function append(calls: Map<string, RecordedCall[]>, key: string, call: RecordedCall): void {
  const known = calls.get(key);
  if (known === undefined) calls.set(key, [call]);
  else known.push(call);
}
