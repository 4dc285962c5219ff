#!/usr/bin/env bash
# Opens every Word and Excel file of a run in LibreOffice, prints it to PDF and looks for its words there. Needs
# soffice and pdftotext (libreoffice-writer, libreoffice-calc, poppler-utils); no part of .ci/run.
#   regtrial run data-samples/hekta/study.toml --out DIR && .ci/office.sh DIR
set -euo pipefail
folder=${1:?the folder of a run}/tables
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for kind in docx xlsx; do
    soffice --headless -env:UserInstallation="file://$work/profile" --convert-to pdf --outdir "$work/$kind" \
        "$folder"/*."$kind" >/dev/null 2>&1
    for file in "$folder"/*."$kind"; do
        pdf=$work/$kind/$(basename "$file" ."$kind").pdf
        if [ ! -s "$pdf" ]; then
            echo "$file: not opened"
            failed=1
            continue
        fi
        # The title of the table, as its Markdown has it, is on the page, and no more than one page is wide.
        title=$(head -n 1 "${file%."$kind"}.md" | sed 's/\*\*//g; s/\\//g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g')
        words=$(pdftotext -layout "$pdf" - | tr -s '[:space:]' ' ')
        case $words in
            *"$title"*) echo "$file: $(pdfinfo "$pdf" | awk '/^Pages/ {print $2}') page(s)" ;;
            *) echo "$file: its title is not on the page"; failed=1 ;;
        esac
    done
done
exit $failed
