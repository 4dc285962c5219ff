# Helpers which the generate.R scripts of the sibling directories share.

# A number as the shortest of 15, 16 or 17 significant digits which reads back
# as the same double; NA, NaN and infinities are written as null.
json_number <- function(v) {
  if (is.na(v) || !is.finite(v)) return("null")
  for (digits in c(15, 16, 17)) {
    text <- sprintf(paste0("%.", digits, "g"), v)
    if (as.numeric(text) == v) return(text)
  }
  text
}

json_string <- function(s) {
  s <- gsub("\\", "\\\\", s, fixed = TRUE)
  s <- gsub("\"", "\\\"", s, fixed = TRUE)
  s <- gsub("\n", "\\n", s, fixed = TRUE)
  paste0("\"", s, "\"")
}

# Lists with names become objects, lists without become arrays; an atomic
# vector of length one becomes a scalar unless wrapped in array_of(). A matrix
# becomes an array of its rows.
array_of <- function(x) structure(list(values = x), class = "json_array")

to_json <- function(x, pad = "") {
  deeper <- paste0(pad, "  ")
  if (inherits(x, "json_array")) {
    return(paste0("[", paste(vapply(x$values, to_json, ""), collapse = ", "), "]"))
  }
  if (is.null(x)) return("null")
  if (is.matrix(x)) {
    rows <- apply(x, 1, function(r) to_json(array_of(unname(r))))
    return(paste0("[", paste(rows, collapse = ", "), "]"))
  }
  if (is.list(x)) {
    if (length(x) == 0) return("[]")
    parts <- vapply(x, to_json, "", pad = deeper)
    if (!is.null(names(x))) {
      parts <- paste0(vapply(names(x), json_string, ""), ": ", parts)
      ends <- c("{", "}")
    } else {
      ends <- c("[", "]")
    }
    return(paste0(ends[1], "\n", paste0(deeper, parts, collapse = ",\n"),
                  "\n", pad, ends[2]))
  }
  if (length(x) != 1) return(to_json(array_of(unname(x))))
  if (is.na(x)) return("null")
  if (is.logical(x)) return(if (x) "true" else "false")
  if (is.character(x)) return(json_string(x))
  json_number(as.numeric(x))
}

write_expected <- function(cases, packages, notes = NULL) {
  versions <- list(R = paste(R.version$major, R.version$minor, sep = "."))
  for (p in packages) versions[[p]] <- as.character(packageVersion(p))
  out <- list(generator = "generate.R", versions = versions)
  if (!is.null(notes)) out$notes <- notes
  out$cases <- unname(cases)
  text <- to_json(out)
  jsonlite::fromJSON(text, simplifyVector = FALSE) # must be valid JSON
  con <- file("expected.json", "wb")
  writeLines(text, con, sep = "\n")
  close(con)
}

write_table <- function(data, path) {
  con <- file(path, "wb")
  write.table(data, con, sep = ",", row.names = FALSE, quote = FALSE, eol = "\n")
  close(con)
}
