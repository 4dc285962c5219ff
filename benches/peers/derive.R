# The peer of derive.py in R's data.table: the same files, the same table. Started by `derive.py run --r`.
#
#   Rscript benches/peers/derive.R FOLDER OUT
suppressMessages(library(data.table))
args <- commandArgs(TRUE)
last <- as.IDate("2022-12-31")
people <- fread(file.path(args[1], "participants.csv"), colClasses = c(lopenr = "character"))
spells <- fread(file.path(args[1], "spells.csv"), colClasses = c(lopenr = "character"))
plus <- function(day, months) {             # calendar months, clamped to the month's end
  first <- as.POSIXlt(day); of_month <- first$mday; first$mday <- 1L
  first$mon <- first$mon + months; after <- first; after$mon <- after$mon + 1L
  first <- as.IDate(as.POSIXct(first)); after <- as.IDate(as.POSIXct(after))
  first + pmin(of_month - 1L, as.integer(after - first) - 1L)
}
for (k in c(6L, 12L, 18L)) set(people, j = paste0("l", k), value = plus(people$index_date, k))
spells <- spells[type %in% c("ordinary", "maritime") & start <= last]
spells[is.na(end), end := last]
work <- people[, .(lopenr, index_date, died, l6, l12, l18)][spells, on = "lopenr", nomatch = NULL]
work <- work[start <= l18 & end >= index_date]
work[!is.na(died) & died < end, end := died]
work[, `:=`(a = pmax(start, index_date), b = pmin(end, l18 - 1L))]
setorder(work, lopenr, a, b)
work[, before := shift(cummax(as.integer(b))), by = lopenr]
work[, days := pmax(0L, as.integer(b) - pmax(as.integer(a), fcoalesce(before + 1L, as.integer(a))) + 1L)]
own <- work[, .(employed_6m = max(start <= l6 & end >= l6), employed_12m = max(start <= l12 & end >= l12),
                employed_18m = max(start <= l18 & end >= l18), days_18m = sum(days)), by = lopenr]
table <- own[people[, .(lopenr, index_date, age, died)], on = "lopenr"]
for (name in c("employed_6m", "employed_12m", "employed_18m", "days_18m")) setnafill(table, fill = 0L, cols = name)
fwrite(table, args[2])
