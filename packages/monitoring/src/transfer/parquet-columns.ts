/** What the columns beside those of the labels are called. */
export interface ParquetColumns {
  /** When a sample was measured. @default 'time' */
  readonly time?: string | undefined;
  /** Its metric. @default 'metric' */
  readonly metric?: string | undefined;
  /** Its value. @default 'value' */
  readonly value?: string | undefined;
}

/** The columns of an export. */
export const ownColumns = { time: 'time', metric: 'metric', value: 'value' } as const;

/** Under this key of the file stands which labels have columns of other names, as JSON. */
export const labelsKey = 'novacron.labels';

const prefix = 'label_';

/** Gives each label a column: one of its own name, unless a column that every file has is called so. */
export function columnsOfLabels(labels: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>([...Object.values(ownColumns), ...labels]);
  const columns = new Map<string, string>();
  for (const label of labels) {
    let column = label;
    if (Object.hasOwn(ownColumns, label)) {
      do column = prefix + column;
      while (taken.has(column));
    }
    taken.add(column);
    columns.set(label, column);
  }
  return columns;
}

/** Which label a column holds, where that is not the one of its name: as a file says, if it says anything. */
export function labelsOfColumns(text: string | undefined): ReadonlyMap<string, string> {
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return new Map();
    return new Map(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}
