/**
 * Reports as one self-contained HTML page. Charts need the optional peers `vega` and `vega-lite`.
 *
 * @module
 */
export type { ChartLibraries } from './chart-renderer.ts';
export type {
  AlertsSection,
  Card,
  CardsSection,
  ChartForecast,
  ChartsSection,
  NumberFormat,
  Report,
  ReportAlert,
  ReportSection,
  SectionHead,
  TableCell,
  TableColumn,
  TableSection,
  TextSection,
  TimeSeriesChart,
  Tone,
} from './model.ts';
export { renderReport, type RenderOptions } from './render-report.ts';
export { reportStage } from './report-stage.ts';
