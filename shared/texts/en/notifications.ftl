# Notifications. `.title` says what happened in a few words, `.body` in a sentence. English has every message; a message
# that another language lacks is shown in English.

## Dates, times and amounts

# $weekday: 1 is Monday.
date = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
} { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }
# Stand after what lasts on these dates: "Your leave on …".
on-date = on { $date }
from-to = from { $first } to { $last }
both-dates = { $first } and { $second }
hours = { $hours } h
minutes = { $minutes } min
seconds = { $seconds } s
days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
# An amount whose days are rounded, and what it is exactly: "0.05 days (20 min)".
days-exactly = { $days } ({ $exactly })

## Names

# Stands where a sentence begins.
somebody = Somebody
a-colleague = A colleague
# Stands within a sentence.
with-a-colleague = a colleague
names-and-more = { $names } and { $more } more
name-and-days = { $name } ({ $days })
leave-type = { $type ->
    [annual] annual leave
    [sick] sick leave
    [unpaid] unpaid leave
   *[other] { $name } leave
}
report = { $report ->
    [attendance] attendance
    [lateness] lateness
    [leave] leave
    [monthly-work] monthly work
    [pay-rules-preview] preview of pay rules
    [settings-preview] preview of settings
    [timesheets] timesheets
    [trends] trends
    [worked-hours] worked hours
   *[other] { $report }
}
# Follows the body where the same event brings more of the kind.
and-more = And { $more } more.

## Accounts

registrations-pending =
    .title = { $count } people registered
    .body = They ask for an account: { $names }. Activate or disable each account.
password-reset =
    .title = Your password was reset
    .body = { $by } gave you a temporary password. Set a new one when you sign in. If you didn't expect this, contact an administrator.
admin-password-reset =
    .title = The password of { $name } was reset
    .body = { $by } gave a temporary password to the administrator { $name }. If this is unexpected, disable the account.
pin-reset =
    .title = Your kiosk PIN was changed
    .body = { $by } set a new PIN for you. If you didn't expect this, contact an administrator.
second-factor-reset =
    .title = Your second factor was removed
    .body = { $by } removed the second factor of your account. If you didn't expect this, contact an administrator.
kiosk-pins-failing =
    .title = Many wrong PINs at { $kiosk }
    .body = The kiosk { $kiosk } now takes one PIN every 30 seconds. See whether somebody is guessing PINs there.
terminal-silent =
    .title = The terminal { $terminal } is silent
    .body = Rollcall last heard from the terminal { $terminal } at { $time }. Check its power and its network. It keeps punches and sends them later.
terminal-clock-ahead =
    .title = The clock of { $terminal } is wrong
    .body = The clock of the terminal { $terminal } is { $duration } ahead. Set it: punches with a time of the future wait for a manager.
terminal-clock-behind =
    .title = The clock of { $terminal } is wrong
    .body = The clock of the terminal { $terminal } is { $duration } behind. Set it, and correct the punches since then.
webhook-paused =
    .title = The webhook { $webhook } was paused
    .body = { $reason ->
        [gone] The receiver no longer wants events. Activate the webhook to deliver events again.
       *[failing] Every delivery of the last five days failed. Activate the webhook after the receiver works again.
    }
holiday-subscription-failed =
    .title = The calendar of holidays can't be read
    .body = { $reason ->
        [refused] { $host } doesn't return the calendar. The holidays stay as they are. Rollcall tries again every day. Check the address of the subscription.
        [too_large] The calendar of { $host } is larger than 512 KiB. The holidays stay as they are. Rollcall tries again every day. Check the address of the subscription.
        [not_a_calendar] The answer of { $host } isn't a calendar. The holidays stay as they are. Rollcall tries again every day. Check the address of the subscription.
        [no_sites] No site is in the region of the calendar of { $host }. The holidays stay as they are. Rollcall tries again every day. Check the address of the subscription.
        [too_many_holidays] With the calendar of { $host }, a year would have more than 200 holidays. The holidays stay as they are. Rollcall tries again every day. Check the address of the subscription.
       *[unreachable] { $host } can't be reached. The holidays stay as they are. Rollcall tries again every day. Check the address of the subscription.
    }
registration-pending =
    .title = { $name } registered
    .body = { $name } asks for an account. Activate it, or disable it.

## Attendance

late-arrival =
    .title = { $name } came late
    .body = { $name } clocked in { $duration } late on { $date }.
not-arrived =
    .title = { $name } has not arrived
    .body = { $name } has not clocked in for a shift of { $date } that has begun.
people-not-arrived =
    .title = { $count } people have not arrived
    .body = Not clocked in for a shift that has begun: { $names }.
days-to-review =
    .title = { $days ->
        [one] { $days } day waits for your review
       *[other] { $days } days wait for your review
    }
    .body = Guessed times or flagged clock-ins: { $names }. The oldest day is { $date }.
absent =
    .title = { $name } was absent
    .body = No clock-in on { $date }.
left-early =
    .title = { $name } left early
    .body = The clock-out on { $date } came { $duration } before the end of the shift.
clock-out-reminder =
    .title = Are you still at work?
    .body = Your shift on { $date } ended at { $time }, and you are still clocked in. Clock out if you have left.
own-auto-clock-out =
    .title = You were clocked out
    .body = Your session of { $date } was still open and ends at { $time }. Ask for a correction if that is wrong.
auto-clock-out =
    .title = { $name } was clocked out
    .body = The session of { $name } of { $date } was still open and ends at { $time }.
day-edited =
    .title = Your day was edited
    .body = A manager changed your times of { $date }.
day-excused =
    .title = Your day was excused
    .body = Lateness or absence on { $date } is forgiven.
clock-in-flagged =
    .title = { $reason ->
        [on-leave] { $name } clocked in on leave
        [unknown] A clock-in of { $name } waits for a review
       *[outside-window] { $name } clocked in outside the clock-in window
    }
    .body = The clock-in of { $date } waits for a review. Acknowledge or reject it.
clock-in-reviewed =
    .title = { $verdict ->
        [acknowledged] Your clock-in was acknowledged
       *[rejected] Your clock-in was rejected
    }
    .body = { $verdict ->
        [acknowledged] Your flagged clock-in of { $date } was acknowledged. Your times stay recorded.
       *[rejected] Your flagged clock-in of { $date } was rejected. Your times stay recorded.
    }
correction-requested =
    .title = { $name } asks for a correction
    .body = The correction of { $date } waits for a decision.
correction-decided =
    .title = { $decision ->
        [approved] Your correction was approved
       *[rejected] Your correction was rejected
    }
    .body = { $decision ->
        [approved] Your correction of { $date } was approved.
       *[rejected] Your correction of { $date } was rejected.
    }

## Rosters and swaps

pattern-changed =
    .title = Your roster has changed
    .body = Your shifts are planned anew from { $date } on.
day-planned =
    .title = Your roster has changed
    .body = A manager planned your { $date } anew.
day-plan-removed =
    .title = Your roster has changed
    .body = Your { $date } is again as your pattern says.
swap-requested =
    .title = { $name } asks you to swap
    .body = { $name } offers { $mine } for your { $theirs }.
takeover-requested =
    .title = { $name } asks you to take a shift
    .body = { $name } asks you to take over { $date }.
swap-accepted =
    .title = { $other } accepted your swap
    .body = { $approval ->
        [needed] { $other } agrees to your swap. A manager has to approve it.
       *[none] { $other } agrees to your swap.
    }
swap-to-approve =
    .title = A swap waits for approval
    .body = { $name } and { $other } want to swap. It waits for a decision.
swap-made =
    .title = Your swap was made
    .body = You and { $partner } swapped: { $dates }. Your rosters have changed.
swap-ended =
    .title = { $ending ->
        [declined] Your swap was declined
        [rejected] Your swap was rejected
        [withdrawn] Your swap was withdrawn
       *[expired] Your swap expired
    }
    .body = { $ending ->
        [declined] Your swap with { $partner } was declined. Rosters stay as they are.
        [rejected] Your swap with { $partner } was rejected. Rosters stay as they are.
        [withdrawn] Your swap with { $partner } was withdrawn. Rosters stay as they are.
       *[expired] Your swap with { $partner } was not decided in time.
    }

## Leave

leave-adjusted =
    .title = Your leave balance was adjusted
    .body = { $cause ->
        [manager] { $amount } of { $leave } of { $year }. A manager changed it.
        [hiring-date] { $amount } of { $leave } of { $year }. Your employment dates or your allowance changed.
        [recount] { $amount } of { $leave } of { $year }. A holiday or your roster changed.
        [late-deduction-reversed] { $amount } of { $leave } of { $year }. A deduction for lateness was taken back.
        [interrupted] { $amount } of { $leave } of { $year }. Other leave has taken its place.
       *[no-longer-interrupted] { $amount } of { $leave } of { $year }. The leave that had taken its place was cancelled.
    }
leave-requested =
    .title = { $name } asks for leave
    .body = The leave { $dates } waits for a decision.
leave-request-changed =
    .title = { $name } changed a request for leave
    .body = The leave is now { $dates }. It waits for a decision.
leave-decided =
    .title = { $decision ->
        [approved] Your leave was approved
       *[rejected] Your leave was rejected
    }
    .body = { $decision ->
        [approved] Your leave { $dates } was approved.
       *[rejected] Your leave { $dates } was rejected.
    }
timesheet-submitted =
    .title = { $name } submitted a timesheet
    .body = The timesheet of { $name } { $dates } waits for approval.
timesheet-decided =
    .title = { $decision ->
        [approved] Your timesheet was approved
       *[rejected] Your timesheet was rejected
    }
    .body = { $decision ->
        [approved] Your timesheet { $dates } was approved.
       *[rejected] Your timesheet { $dates } was rejected. Read the note, then submit it again.
    }
own-timesheet-voided =
    .title = Your timesheet has changed
    .body = The figures of your timesheet { $dates } have changed, so its signatures are void. Check it and submit it again.
timesheet-voided =
    .title = The timesheet of { $name } has changed
    .body = The figures of the timesheet of { $name } { $dates } have changed, so its signatures are void.
pay-period-ends =
    .title = The pay period ends on { $date }
    .body = Check your times { $dates }. You can submit your timesheet when the period is over.
timesheet-due =
    .title = Submit your timesheet
    .body = Your timesheet { $dates } isn't submitted yet.
timesheets-to-approve =
    .title = { $count ->
        [one] { $count } timesheet waits for approval
       *[other] { $count } timesheets wait for approval
    }
    .body = These timesheets aren't approved yet: { $names }.
pay-approval-needed =
    .title = { $name } has time to approve
    .body = { $name } has time on { $date } that is paid only after an approval.
pay-approval-decided =
    .title = { $decision ->
        [approved] Your time was approved
       *[rejected] Your time won't be paid
    }
    .body = { $decision ->
        [approved] Your time of { $date } that needed approval was approved.
       *[rejected] Your time of { $date } that needed approval was rejected and won't be paid.
    }
leave-approved =
    .title = { $name } is on leave
    .body = { $name } is on leave { $dates }.
own-leave-cancelled =
    .title = Your leave was cancelled
    .body = Your leave { $dates } was cancelled or cut short.
leave-cancelled =
    .title = Leave of { $name } was cancelled
    .body = The leave of { $name } { $dates } was withdrawn, cancelled or cut short.
late-deducted =
    .title = Lateness cost you leave
    .body = { $amount } of leave were deducted for coming late on { $date }.
leave-expiring =
    .title = Your leave is about to expire
    .body = { $amount } of { $leave } of { $year } will expire unless you take them by { $date }.
own-time-account-above =
    .title = Your time account is high
    .body = You have { $duration } in your time account.
own-time-account-below =
    .title = Your time account is low
    .body = Your time account is at minus { $duration }.
time-account-above =
    .title = The time account of { $name } is high
    .body = { $name } has { $duration } in the time account.
time-account-below =
    .title = The time account of { $name } is low
    .body = The time account of { $name } is at minus { $duration }.
own-leave-balance-low =
    .title = Your leave is running low
    .body = You have { $amount } of { $leave } of { $year } left.
leave-balance-low =
    .title = { $name } is running low on leave
    .body = { $name } has { $amount } of { $leave } of { $year } left.

## Exports

export-ready =
    .title = Your export is ready
    .body = The report { $report } that you asked for is there as a file.
export-failed =
    .title = Your export failed
    .body = { $known ->
        [yes] The report { $report } couldn't be made. { $error }
       *[no] The file that you asked for couldn't be made. { $error }
    }
# The sentences after "couldn't be made." and "The import stopped." $text is an English sentence of another reason.
job-stopped = { $reason ->
    [rights_changed] Your rights have changed since you asked for it.
    [request_gone] A part of the request isn't stored any more. Try again.
    [too_long] It takes longer than it may. Choose fewer dates, or one department at a time.
    [no_timesheets] Nobody has a timesheet in this pay period.
    [pay_periods_changed] The company's pay periods have changed. Choose the period again.
    [rules_deleted] The pay rules have been deleted.
    [unavailable] A service couldn't be reached several times. Try again later.
    [stalled] It was interrupted and doesn't continue. Try again.
   *[other] { $text }
}

## Imports

# $error is in English.
import-finished =
    .title = { $state ->
        [stopped] Your import stopped
       *[finished] Your import is finished
    }
    .body = { $state ->
        [stopped] The import of { $what } stopped. { $error } Import the same sheet again.
        [incomplete] The import of { $what } is finished. { $failed } of { $total } entries couldn't be imported. The import lists them.
       *[complete] The import of { $what } is finished. All { $total } entries are imported.
    }
import-kind = { $import ->
    [attendance] attendance
    [leave_balances] leave balances
    [roster] rosters
   *[users] people
}
