/** On standard error, so that standard output is the report alone; one line that is written over where there is a screen. */
export function tell(message) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${message}`);
}

export function done() {
  tell('');
}
