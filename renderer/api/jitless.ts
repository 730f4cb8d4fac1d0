import { z } from 'zod'

// The policy of the page forbids evaluating text; without this zod would try to compile its schemas.
z.config({ jitless: true })
