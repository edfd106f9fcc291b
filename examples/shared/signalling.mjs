// Offers and answers with all their candidates in them: one line of text each way is all that has to be carried. For Node and for pages.

/** An offer, or the answer to the peer's. */
export async function describe(connection) {
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
  }
  return JSON.stringify(connection.localDescription);
}

export function accept(connection, text) {
  return connection.setRemoteDescription(JSON.parse(text));
}
