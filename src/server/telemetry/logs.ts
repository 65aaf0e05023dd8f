import { SeverityNumber } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { jsonText } from '../../kubernetes/apimachinery/json.ts';
import type { AuditEntry } from '../mcp/server-options.ts';
import { saying } from './exporter.ts';
import type { SignalOptions } from './signal.ts';

/** Sends the line of the audit log that each call has, as a log record of its trace. */
export function startLogs({ resource, version, log }: SignalOptions) {
  const exporter = saying(new OTLPLogExporter(), 'logs', log);
  const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('mcp-k8s', version);
  return {
    called: ({ time, ...entry }: AuditEntry) =>
      logger.emit({
        eventName: 'mcp_k8s.call',
        timestamp: new Date(time),
        severityNumber: SeverityNumber.INFO,
        severityText: 'INFO',
        body: jsonText({ time, ...entry }),
        attributes: { ...entry },
      }),
    end: () => provider.shutdown(),
  };
}
