import assert from 'node:assert/strict';
import { telemetryWanted, wantedSignals } from '../../../../src/server/telemetry/wanted.ts';

const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

describe('the telemetry that is asked for', () => {
  it('is what OpenTelemetry’s environment variables say', () => {
    for (const [env, signals] of [
      [{}, []],
      [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, []],
      [OTLP, ['traces', 'metrics', 'logs']],
      [{ ...OTLP, OTEL_SDK_DISABLED: 'True' }, []],
      [{ ...OTLP, OTEL_LOGS_EXPORTER: 'none' }, ['traces', 'metrics']],
      [{ ...OTLP, OTEL_METRICS_EXPORTER: 'prometheus', OTEL_TRACES_EXPORTER: 'console' }, ['logs']],
      [{ ...OTLP, OTEL_TRACES_EXPORTER: 'console, otlp', OTEL_LOGS_EXPORTER: '' }, ['traces', 'metrics', 'logs']],
      [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1:4318/v1/logs' }, ['logs']],
      [{ OTEL_TRACES_EXPORTER: 'otlp' }, []],
    ] as const)
      assert.deepEqual(wantedSignals(env), signals, JSON.stringify(env));
  });

  it('is loaded only then', async () => {
    assert.equal(await telemetryWanted({}), undefined);
  });
});
