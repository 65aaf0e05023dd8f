import { config } from 'zod/v4/core';

// Generating code for each schema costs a start more than it saves: few and small messages are checked with it.
config({ jitless: true });
