import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { messageOf } from '../../kubernetes/apimachinery/errors.ts';
import type { Signal, SignalOptions } from './signal.ts';

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** The exporter, which says in the log that nothing arrives: once, until something does again. */
export function saying<Items, Of extends Exporter<Items>>(
  exporter: Of & Exporter<Items>,
  signal: Signal,
  log: SignalOptions['log'],
): Of {
  const send = exporter.export.bind(exporter);
  let fails = false;
  exporter.export = (items, done) =>
    send(items, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      const why = result.error ? `: ${messageOf(result.error)}` : '';
      if (failed && !fails) log(`The ${signal} cannot be sent by OTLP, and what is lost is not sent again${why}`);
      if (!failed && fails) log(`The ${signal} can be sent by OTLP again.`);
      fails = failed;
      done(result);
    });
  return exporter;
}
