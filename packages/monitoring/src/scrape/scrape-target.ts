import type { Labels } from '@novacron/core';

/** Somebody who serves metrics. */
export interface ScrapeTarget {
  /** Where its page is: `http://10.0.0.5:9100/metrics`. */
  readonly url: string;
  /** Labels of all its series. `job` and `instance` are what Prometheus gives; `instance` is host and port unless you say. */
  readonly labels?: Labels | undefined;
  /** Sent with each request: `Authorization`, for instance. Never shown in an error. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether the page's own labels win over the target's of the same name. @default false: they become `exported_NAME` */
  readonly honorLabels?: boolean | undefined;
}
