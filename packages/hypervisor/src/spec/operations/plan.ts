import type { CallOptions } from '@novacron/core';
import type { SpecProblem } from '../spec-problem.ts';

/** How a specification is tried out. */
export interface PlanOptions extends CallOptions {
  /** Look at the host too: room, names, networks, pools, what it can emulate. @default true */
  readonly checkHost?: boolean | undefined;
  /** It shall be started too: then its memory must be free, not only there. @default false */
  readonly start?: boolean | undefined;
}

/** What would be done for a specification; nothing was. */
export interface VmPlan {
  /** Nothing speaks against it. */
  readonly ok: boolean;
  /** All that is wrong, of all steps. */
  readonly problems: readonly SpecProblem[];
  /** What would be done, in order, in words: `create volume web-1-vda.qcow2 in pool default (10737418240 bytes)`. */
  readonly actions: readonly string[];
  /** The XML that would be defined, but for passwords; absent when the specification is too wrong, or the driver writes none. */
  readonly xml?: string | undefined;
  /** What the patches change in it, as lines that begin with a space, `-` or `+`; empty without patches. */
  readonly diff: readonly string[];
}
