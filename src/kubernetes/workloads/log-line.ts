/** One line of a log. */
export interface LogLine {
  /** As the kubelet wrote it; undefined for messages of the kubelet itself in place of a log. */
  time: string | undefined;
  text: string;
}

/** A line of a log that was read with times. */
export function parsedLine(line: string): LogLine {
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)(?= |$)/.exec(line)?.[0];
  return { time, text: time === undefined ? line : line.slice(time.length + 1) };
}
