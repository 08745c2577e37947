// What the hotline says in English.
import type { PromptTexts } from '../prompts.ts'

export const texts = {
  welcome: 'Hello, and welcome to the electricity recharge line.',
  'language.offer': 'For English, press {key}.',

  'menu.recharge': 'To recharge, press {key}.',
  'menu.bill': 'For your bill and balance, press {key}.',
  'menu.payments': 'For past payments and recharges, press {key}.',
  'menu.cardCheck': 'To check a card, press {key}.',
  'menu.again': 'To hear this again, press {key}.',
  'menu.operator': 'To speak to an operator, press {key}.',
  'menu.main': 'For the main menu, press {key}.',
  'menu.hangUp': 'If you have finished, just hang up.',
  'menu.wrongKey': 'That is not one of the choices. Please choose again.',
  'after.another': 'To recharge the same account with another card, press {key}.',

  'entry.serial': 'Please enter the card number, then press the pound key.',
  'entry.pin': 'Please scratch off the coating and enter the PIN, then press the pound key.',
  'entry.account': 'Please enter the account number to recharge, then press the pound key.',
  'entry.queryAccount': 'Please enter your account number, then press the pound key.',
  'entry.howToCorrect': 'If you make a mistake, press star to clear it.',
  'entry.slowly': 'Take your time, and press the digits on the card one by one.',
  'entry.cleared': 'Cleared. Please enter it again.',
  'entry.tooShort': 'Some digits are missing. Please enter it again.',
  'entry.wrongLength': 'That is not the right number of digits. Please enter it again.',
  'entry.nothing': 'We did not receive any keys.',
  'entry.again': 'Please enter it again.',
  'entry.serialMistyped': 'That card number was mistyped. Please compare it with the card and enter it again.',
  'goodbye.threeTries': 'We are sorry that it did not work. Please check your numbers and call again. Goodbye.',
  goodbye: 'Thank you for calling. Goodbye.',

  'account.named': 'Account name {name}, account number ending in {tail}.',
  'account.unnamed': 'Account number ending in {tail}.',
  'account.namedWhole': 'Account name {name}, account number {account}.',
  'account.whole': 'Account number {account}.',
  'readBack.due': 'Amount due: {due}.',
  'readBack.balance': 'Account balance: {balance}.',
  'readBack.amount': 'This recharge: {amount}.',
  'readBack.acceptLater': 'The account name is not available now. Please check the account number with care.',
  'readBack.confirm': 'To confirm, press {confirmKey}. To go back, press {backKey}.',
  wait: 'One moment, please.',
  'wait.still': 'We are still working on it. Please do not hang up.',

  'P-OK': 'Recharge successful. Amount: {amount}.',
  'P-OK.balance': 'Recharge successful. Amount: {amount}. Account balance: {balance}.',
  'reconnect.hall': 'Please go to a business hall to have your power restored.',
  'reconnect.cleared': 'Your bill is paid. Power will be restored within {within}. There is nothing more to do.',
  'reconnect.stillDue': 'You still owe {due}. Power will be restored when this is paid.',
  'P-ACCEPT':
    'Your recharge has been accepted. {amount} will be added to your account within {within}. The card is now used. Please do not recharge again.',
  'P-PEND':
    'Your recharge is being processed and is not yet confirmed. Your card is kept for this recharge. Please call again later to check, and do not use this card again.',
  'P-PEND.since':
    'Your recharge of {date} at {time} is being processed and is not yet confirmed. Your card is kept for that recharge. Please call again later to check, and do not use this card again.',
  'P-FAIL': 'The recharge did not succeed. The card has not been used, and you may try again.',
  'P-DOWN': 'Recharges are not possible at the moment. The card has not been used. Please call again later.',
  'P-LATER':
    'The bill of this account is being processed, so it cannot be recharged at the moment. The card has not been used. Please call again later.',
  'P-NOACC': 'This account number was not found. Please check it and enter it again.',
  'P-ACCBAD': 'This account is closed and cannot be recharged. The card has not been used.',
  'P-HALL':
    'This account cannot be paid with a recharge card. Please go to a business hall. The card has not been used.',
  'P-FULL':
    'This account owes {due}, which must be paid at once. The value of this card is too small. The card has not been used.',
  'P-LIMIT': 'This is above the recharge limit of the account. The card has not been used.',
  'P-NODUE': 'This account owes nothing and takes no advance payments. The card has not been used.',
  'P-AGAIN': 'The bill has just been updated. Please confirm again.',

  'P-BADCARD': 'The card number or PIN is not correct. Please check and enter it again.',
  'P-INACTIVE': 'This card is not active. Please ask where you bought it.',
  'P-USED': 'This card was used on {date} at {time} for the account ending in {tail}.',
  'P-USED.owed':
    'This card was accepted on {date} at {time}. It will be added to the account ending in {tail}. Please do not recharge again.',
  'P-INUSE': 'This card is being recharged right now. Please check again later.',
  'P-FROZEN': 'This card is frozen. Please take it to a business hall.',
  'P-VOID': 'This card has been cancelled. Please take it to a business hall.',
  'P-LOCKED': 'This card is locked, because a wrong PIN was entered too often. Please ask for an operator.',
  'P-EXPIRED':
    'This card has expired, but its money is still yours. Please have it extended at a business hall, free of charge.',

  'limit.callerLocked':
    'After too many wrong entries this telephone cannot recharge for now. Please call again in one day, or ask for an operator.',
  'limit.withheld':
    'Your number is hidden, so recharging is closed for now. Please show your number and call again, or call in one hour.',
  'limit.accountDay':
    'This account has reached its number of recharges for today. Please try again tomorrow. The card has not been used.',
  'limit.accountAmount':
    'This account has reached its limit for today. Please call again later. The card has not been used.',
  'limit.accountUnknown':
    'The billing system cannot be reached, and this account cannot be recharged now. The card has not been used. Please call again later.',

  'bill.none': 'You owe nothing at present.',
  'bill.due': 'Amount due: {total}.',
  'bill.dueWithLateFee': 'Total due: {total}, including a late fee of {lateFee}.',
  'bill.balance': 'Account balance: {balance}.',
  'bill.month': '{month}, {amount}.',
  'bill.monthWithLateFee': '{month}, {amount}, late fee {lateFee}.',
  'bill.more': 'For the other bills, please ask at a business hall.',
  'payments.none': 'There are no recent payments.',
  'payments.head': 'Number of latest payments and recharges: {lines}.',
  'payments.hall': '{date}, paid at a business hall, {amount}.',
  'payments.bank': '{date}, paid through a bank, {amount}.',
  'payments.card': '{date}, recharged by card, {amount}.',
  'payments.other': '{date}, paid {amount}.',
  'card.good': 'This card is good. Face value: {faceValue}.',
  'card.goodUntil': 'This card is good. Face value: {faceValue}. Valid until {date}.',

  'operator.none': 'We are sorry, there is no operator at present.',
  'operator.hours': 'Operators are available from {from} to {to}.',
  'operator.busy': 'We are sorry, all operators are busy.',
  'operator.offerCallBack': 'To be called back, press {key}.',
  'operator.callBackTaken': 'We have noted your number and will call you back.',
  'operator.transfer': 'We are connecting you to an operator. Please hold the line.',

  'mis.down':
    'The billing system is under maintenance, and recharging is not possible for now. Your card is not affected.',
  'mis.downUntil':
    'The billing system is under maintenance, and recharging is not possible for now. We expect it back at {time}. Your card is not affected.',
  'mis.downUntilDay':
    'The billing system is under maintenance, and recharging is not possible for now. We expect it back on {date} at {time}. Your card is not affected.',
  'mis.billing':
    'Bills are being calculated tonight, and some accounts cannot be recharged. Please call again after {time}.',
  'mis.queryDown': 'The billing system cannot be reached, so there are no enquiries now. Please call again later.',
  'overload.apology': 'We are sorry, too many people are calling. Please call again later.',
  'overload.noQueries': 'Many people are calling, so enquiries are closed for now. You can still recharge.',
  'system.error': 'We are sorry, something went wrong here. Please call again later.',
  'number.notInService': 'There is no recharge line at this number. Please check it and call again.',
} as const satisfies PromptTexts
