/**
 * The answers to `initialize` by the revision that a client asks for, and to any other under ''. The build records them
 * from the server itself; without it there are none, and the server answers once it is loaded.
 */
export const handshakes: Readonly<Record<string, object>> | undefined = undefined;
