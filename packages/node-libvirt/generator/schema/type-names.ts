import type { Shape } from '../../src/xml/object/shape.ts';

/** A name for each shape that is reached from the roots, in the order in which they are reached. */
export class TypeNames {
  private readonly names = new Map<Shape, string>();
  private readonly paths = new Map<Shape, string>();
  private readonly taken = new Set<string>();

  /** All shapes with their names. */
  get all(): ReadonlyMap<Shape, string> {
    return this.names;
  }

  /** The name of a shape. @throws {Error} when it was not reached. */
  of(shape: Shape): string {
    const name = this.names.get(shape);
    if (name === undefined) throw new Error('a shape without a name');
    return name;
  }

  /** Where a shape was found first: `domain/devices/disk`. */
  pathOf(shape: Shape): string {
    return this.paths.get(shape) ?? '';
  }

  /** Names a root and all that is in it: after the kind and the element, and after the elements around it if need be. */
  add(kind: string, root: Shape, element: string): void {
    const parents = new Map<Shape, Set<Shape>>();
    const queue: Shape[] = [root];
    this.name(root, [`${kind}XML`], element);
    const seen = new Set(queue);
    for (const shape of queue) {
      for (const child of shape.children.values()) {
        if (child.form !== 'object') continue;
        const inner = child.shape();
        parents.set(inner, (parents.get(inner) ?? new Set()).add(shape));
        if (seen.has(inner)) continue;
        seen.add(inner);
        queue.push(inner);
      }
    }
    for (const shape of queue) {
      for (const child of shape.children.values()) {
        if (child.form !== 'object' || this.names.has(child.shape())) continue;
        const inner = child.shape();
        const own = pascal(child.name);
        const outer = this.of(shape)
          .replace(/XML$/, '')
          .replace(/Devices$/, '');
        const isShared = (parents.get(inner)?.size ?? 0) > 1;
        const short = outer === kind || isShared ? [`${kind}${own}`] : [];
        this.name(
          inner,
          [...short, `${outer}${own}`, `${this.of(shape)}${own}`],
          `${this.pathOf(shape)}/${child.name}`,
        );
      }
    }
  }

  private name(shape: Shape, candidates: readonly string[], path: string): void {
    if (this.names.has(shape)) return;
    let name = candidates.find((each) => !this.taken.has(each));
    for (let number = 2; name === undefined; number++) {
      const next = `${candidates.at(-1)}${number}`;
      if (!this.taken.has(next)) name = next;
    }
    this.taken.add(name);
    this.names.set(shape, name);
    this.paths.set(shape, path);
  }
}

/** `qemu:commandline` → `QemuCommandline`, `on_crash` → `OnCrash`. */
export function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}
