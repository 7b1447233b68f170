/** How a number is written: the plain number, a ratio as percent, bytes, or milliseconds as a duration. */
export type NumberFormat = 'number' | 'percent' | 'bytes' | 'duration';

/** What a colour says: `good`, `warning` and `bad` judge, `neutral` does not. */
export type Tone = 'neutral' | 'good' | 'warning' | 'bad';

/** Everything a report shows, as plain data; every text is escaped. */
export interface Report {
  /** The headline. */
  readonly title: string;
  /** A line below it. */
  readonly subtitle?: string | undefined;
  /** When the report was made, epoch milliseconds; times in it are shown in UTC. */
  readonly generatedAtMs: number;
  /** From top to bottom. */
  readonly sections: readonly ReportSection[];
  /** A line at the end, like where the data comes from. */
  readonly footer?: string | undefined;
}

/** One part of a report. */
export type ReportSection = TextSection | CardsSection | ChartsSection | AlertsSection | TableSection;

/** What every section has. */
export interface SectionHead {
  /** The section's headline. @default none */
  readonly heading?: string | undefined;
  /** A sentence below it. @default none */
  readonly description?: string | undefined;
}

/** Paragraphs. */
export interface TextSection extends SectionHead {
  /** Tells the sections apart. */
  readonly kind: 'text';
  /** One a paragraph. */
  readonly paragraphs: readonly string[];
}

/** The key numbers, large. */
export interface CardsSection extends SectionHead {
  /** Tells the sections apart. */
  readonly kind: 'cards';
  /** From left to right. */
  readonly cards: readonly Card[];
}

/** One key number. */
export interface Card {
  /** What it is. */
  readonly label: string;
  /** The number, or a text shown as it is. */
  readonly value: number | string;
  /** How the number is written. @default 'number' */
  readonly format?: NumberFormat | undefined;
  /** A line below it. */
  readonly detail?: string | undefined;
  /** What its colour says. @default 'neutral' */
  readonly tone?: Tone | undefined;
  /** Its recent course, drawn as a small line; NaN is a gap. */
  readonly sparkline?: ArrayLike<number> | undefined;
}

/** Small charts side by side, all of one kind: one for each machine. */
export interface ChartsSection extends SectionHead {
  /** Tells the sections apart. */
  readonly kind: 'charts';
  /** Drawn in order; NaN is a gap. */
  readonly charts: readonly TimeSeriesChart[];
}

/** A line over time, with what was forecast and what was odd. */
export interface TimeSeriesChart {
  /** The machine's name. */
  readonly title: string;
  /** A line below it. @default the latest value, the peak, and the highest forecast */
  readonly subtitle?: string | undefined;
  /** How values are written. @default 'number' */
  readonly format?: NumberFormat | undefined;
  /** Epoch milliseconds, as many as values. */
  readonly timesMs: ArrayLike<number>;
  /** What was measured; NaN is a gap. */
  readonly values: ArrayLike<number>;
  /** What is to come. */
  readonly forecast?: ChartForecast | undefined;
  /** What was odd. */
  readonly anomalies?: readonly { readonly timeMs: number; readonly value: number }[] | undefined;
  /** A limit, drawn as a dashed line. */
  readonly threshold?: number | undefined;
  /** The smallest value on the axis. @default from the data */
  readonly minimum?: number | undefined;
  /** The largest value on the axis. @default from the data */
  readonly maximum?: number | undefined;
}

/** The part of a chart that lies ahead. */
export interface ChartForecast {
  /** Epoch milliseconds. */
  readonly timesMs: ArrayLike<number>;
  /** The expected values. */
  readonly mean: ArrayLike<number>;
  /** Lower bound of the band. */
  readonly lower?: ArrayLike<number> | undefined;
  /** Upper bound of the band. */
  readonly upper?: ArrayLike<number> | undefined;
  /** The share of futures in the band, in (0, 1). */
  readonly level?: number | undefined;
}

/** What happened when: a timeline and a table. */
export interface AlertsSection extends SectionHead {
  /** Tells the sections apart. */
  readonly kind: 'alerts';
  /** In any order. */
  readonly alerts: readonly ReportAlert[];
  /** The end of the timeline, epoch milliseconds; alerts without an end last until then. @default `generatedAtMs` */
  readonly toMs?: number | undefined;
}

/** One alert. */
export interface ReportAlert {
  /** The rule. */
  readonly name: string;
  /** Whom it is about: the machine. */
  readonly subject: string;
  /** How bad it is. */
  readonly severity: 'info' | 'warning' | 'critical';
  /** When it began, epoch milliseconds. */
  readonly startMs: number;
  /** When it was over. @default it is not */
  readonly endMs?: number | undefined;
  /** What it said. */
  readonly summary?: string | undefined;
}

/** Rows and columns. */
export interface TableSection extends SectionHead {
  /** Tells the sections apart. */
  readonly kind: 'table';
  /** From left to right. */
  readonly columns: readonly TableColumn[];
  /** A cell for each column: a text, a number (NaN is shown as a dash), or a course drawn as a small line. */
  readonly rows: readonly (readonly TableCell[])[];
}

/** A column of a table. */
export interface TableColumn {
  /** Its head. */
  readonly label: string;
  /** How its numbers are written. @default 'number' */
  readonly format?: NumberFormat | undefined;
  /** Draws a bar behind numbers from 0 to this one. @default no bar */
  readonly barMaximum?: number | undefined;
}

/** What a cell of a table holds. */
export type TableCell = string | number | { readonly sparkline: ArrayLike<number> };
