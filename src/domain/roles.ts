// Who may act: three business roles, three administrators kept apart, the hotline's, and the product's own parts.

export const businessRoles = ['countyCardAdmin', 'countyFinance', 'stationCardAdmin'] as const
export const administrators = ['systemAdmin', 'securityAdmin', 'auditAdmin'] as const
export const otherRoles = ['hotlineAttendant', 'regionViewer', 'sellerPortal'] as const

/** Roles of people, as the operator table holds them. */
export const operatorRoles = [...businessRoles, ...administrators, ...otherRoles] as const
export type OperatorRole = (typeof operatorRoles)[number]

/** Parts of the product that act by themselves, and whoever has not signed in. */
export const partRoles = ['hotline', 'worker', 'anonymous'] as const
export type Role = OperatorRole | (typeof partRoles)[number]

/** Everyone with a sign-in. */
export const everyone: readonly Role[] = operatorRoles
/** The county's card people. */
export const countyRoles: readonly Role[] = ['countyCardAdmin', 'countyFinance']
export const cardRoles: readonly Role[] = businessRoles
