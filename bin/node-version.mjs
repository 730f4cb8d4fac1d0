// Plain JavaScript that an older Node can run too: its purpose is to tell that Node what it lacks.
const required = 24

export const isSupported = Number.parseInt(process.versions.node, 10) >= required

export const advice =
  `Kabuken needs Node ${required} or newer, and this is Node ${process.versions.node}: older versions cannot run its ` +
  `TypeScript sources and crash in its database library.\nRun it with "npm run kabuken --" in a checkout after ` +
  `"npm ci" (which brings the right Node along), or install Node ${required} from https://nodejs.org.`
