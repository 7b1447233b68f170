import { validateLabels, type Labels, type Sample } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { ScrapeTarget } from './scrape-target.ts';

/** Joins a target's labels with those of its page. The same labels always give the same frozen object. */
export class TargetLabels {
  /** The target's own. */
  readonly target: Labels;
  private readonly honorLabels: boolean;
  private known = new WeakMap<Labels, Labels>();

  /**
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when its address is none.
   * @throws {NovaError} NOVA_CORE_INVALID when a label does not fit.
   */
  constructor({ url, labels = {}, honorLabels = false }: ScrapeTarget) {
    const address = URL.canParse(url) ? new URL(url) : undefined;
    if (address === undefined || !/^https?:$/.test(address.protocol)) {
      throw invalidInput(`A target's url must be like http://host:9100/metrics, not ${JSON.stringify(url)}`);
    }
    validateLabels(labels);
    const { host, protocol, port } = address;
    const instance = port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
    this.target = Object.freeze({ instance, ...labels });
    this.honorLabels = honorLabels;
  }

  /** Samples with the target's labels. */
  labelled(samples: readonly Sample[]): Sample[] {
    return samples.map((sample) => ({ ...sample, labels: this.merged(sample.labels) }));
  }

  /** Labels of the page with the target's. */
  merged(own: Labels): Labels {
    let merged = this.known.get(own);
    if (merged === undefined) this.known.set(own, (merged = Object.freeze(this.merge(own))));
    return merged;
  }

  private merge(own: Labels): Labels {
    if (this.honorLabels) return { ...this.target, ...own };
    const labels: Record<string, string> = { ...this.target };
    for (const [name, value] of Object.entries(own)) {
      let free = name;
      while (Object.hasOwn(this.target, free)) free = `exported_${free}`;
      labels[free] = value;
    }
    return labels;
  }
}
