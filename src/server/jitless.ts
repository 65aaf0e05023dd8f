import { config } from 'zod/v4/core';

// Generating code for each schema slows the start more than it saves: messages are few and small. It applies to schemas
// made later, so this is imported before them.
config({ jitless: true });
