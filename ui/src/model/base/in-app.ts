// Which page this is, known when it is built: what only the app does is no part of a guest's page, which is lighter for it.

export const IN_APP = import.meta.env.VITE_GUEST === undefined;
