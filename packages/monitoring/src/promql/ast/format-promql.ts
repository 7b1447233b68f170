import type { AtTime, Binary, Expression, Matcher, TimeShift, VectorSelector } from './expression.ts';
import { typeOf } from './type-of.ts';

/**
 * Writes an expression as text, always in the same way: the text that Prometheus would print, with durations instead of
 * seconds. Reading it again gives the same expression.
 *
 * @example
 * ```ts
 * import { formatPromql, parsePromql } from '@novacron/monitoring/promql';
 *
 * formatPromql(parsePromql('{__name__="up" , job=~"a|b"} offset 90')) // => '{__name__="up",job=~"a|b"} offset 1m30s'
 * ```
 */
export function formatPromql(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return formatNumber(expression.value);
    case 'string':
      return quote(expression.value);
    case 'vector':
      return formatSelector(expression) + formatShift(expression);
    case 'matrix':
      return `${formatSelector(expression.selector)}[${formatDuration(expression.rangeMs)}]${formatShift(expression.selector)}`;
    case 'subquery': {
      const { expression: inner, rangeMs, stepMs } = expression;
      const step = stepMs === undefined ? '' : formatDuration(stepMs);
      return `${formatPromql(inner)}[${formatDuration(rangeMs)}:${step}]${formatShift(expression)}`;
    }
    case 'call':
      return `${expression.name}(${expression.args.map(formatPromql).join(', ')})`;
    case 'aggregation': {
      const { op, grouping, without, parameter, expression: inner } = expression;
      const modifier = without ? ` without ${formatLabels(grouping)} ` : ` by ${formatLabels(grouping)} `;
      const args = parameter === undefined ? [inner] : [parameter, inner];
      return `${op}${without || grouping.length > 0 ? modifier : ''}(${args.map(formatPromql).join(', ')})`;
    }
    case 'binary':
      return `${formatPromql(expression.left)} ${expression.op}${formatModifiers(expression)} ${formatPromql(expression.right)}`;
    case 'unary':
      return `${expression.op}${formatPromql(expression.expression)}`;
    default:
      return `(${formatPromql(expression.expression)})`;
  }
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A duration as Prometheus writes it, largest unit first: `1h30m`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.abs(milliseconds);
  let text = milliseconds < 0 ? '-' : '';
  if (rest === 0) return '0s';
  for (const [unit, length, alone] of units) {
    if (alone ? rest % length !== 0 : rest < length) continue;
    const amount = Math.floor(rest / length);
    if (amount > 0) text += `${amount}${unit}`;
    rest -= amount * length;
  }
  return text;
}

/** Years and weeks stand alone only, as in Prometheus. */
const units: readonly (readonly [unit: string, length: number, alone: boolean])[] = [
  ['y', 31_536_000_000, true],
  ['w', 604_800_000, true],
  ['d', 86_400_000, false],
  ['h', 3_600_000, false],
  ['m', 60_000, false],
  ['s', 1_000, false],
  ['ms', 1, false],
];

function formatSelector({ name, matchers }: VectorSelector): string {
  const parts = matchers.map(formatMatcher);
  if (name === undefined) return `{${parts.join(',')}}`;
  if (!/^[A-Za-z_:][\w:]*$/.test(name) || reserved.test(name)) return `{${[quote(name), ...parts].join(',')}}`;
  return parts.length === 0 ? name : `${name}{${parts.join(',')}}`;
}

/** Words that mean something else where a metric's name may stand. */
const reserved =
  /^(?:inf|nan|and|or|unless|atan2|bool|on|ignoring|group_left|group_right|by|without|offset|start|end)$/i;

function formatMatcher({ label, op, value }: Matcher): string {
  return `${formatLabel(label)}${op}${quote(value)}`;
}

function formatLabel(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? label : quote(label);
}

function formatLabels(labels: readonly string[]): string {
  return `(${labels.map(formatLabel).join(', ')})`;
}

function formatShift({ offsetMs, at }: TimeShift): string {
  const moved = offsetMs === 0 ? '' : ` offset ${formatDuration(offsetMs)}`;
  return (at === undefined ? '' : ` @ ${formatAt(at)}`) + moved;
}

function formatAt(at: AtTime): string {
  if (typeof at === 'string') return `${at}()`;
  return (at.timeMs / 1000).toFixed(3);
}

function formatModifiers({ op, bool, matching, left, right }: Binary): string {
  const returned = bool ? ' bool' : '';
  if (matching === undefined || typeOf(left) === 'scalar' || typeOf(right) === 'scalar') return returned;
  const { cardinality, on, labels, include } = matching;
  const grouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  const clause = on || labels.length > 0 || grouped ? ` ${on ? 'on' : 'ignoring'} ${formatLabels(labels)}` : '';
  if (!grouped || op === 'and') return returned + clause;
  return `${returned}${clause} ${cardinality === 'many-to-one' ? 'group_left' : 'group_right'} ${formatLabels(include)}`;
}

/** A text in double quotes, with the escapes that both Go and JSON know. */
function quote(text: string): string {
  return JSON.stringify(text);
}
