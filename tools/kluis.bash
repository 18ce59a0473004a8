# Completion of kluis for bash: source this file. Names and titles are never completed: that would
# need the passphrase.

_kluis() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --vault | --passphrase-file) ((i++)) ;;
      -*) ;;
      *) verb+="${verb:+ }${COMP_WORDS[i]}" ;;
    esac
  done
  case $before in
    --vault | --to) COMPREPLY=($(compgen -d -- "$word")); return ;;
    --*-file | --out | --pdf | -i | -o) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --kind) COMPREPLY=($(compgen -W "gesprek benoeming herbenoeming" -- "$word")); return ;;
    --as)
      local capacities="griffier plv-griffier plv-raadsvoorzitter raadslid burgemeester wethouder
        gemeentesecretaris archivaris"
      local roles="lid commissievoorzitter secretaris adviseur burgemeester"
      case $verb in
        grant*) COMPREPLY=($(compgen -W "$roles" -- "$word")) ;;
        *) COMPREPLY=($(compgen -W "$capacities" -- "$word")) ;;
      esac
      return
      ;;
  esac
  local choices="--vault --passphrase-file --json --help"
  case $verb in
    "") choices+=" init invite join appoint device raad sync status people passphrase dossier grant
      revoke who add list read export note notes sign adopt search register
      event destroy decree declaration verify apart seal unseal keygen" ;;
    device) choices="list invite revoke" ;;
    raad) choices="install" ;;
    dossier) choices="new list" ;;
    destroy) choices="propose" ;;
    decree) choices="list show approve withdraw execute status" ;;
    apart) choices="list carry refuse" ;;
    passphrase) choices="change" ;;
    invite) choices+=" list cancel --as" ;;
    init) choices+=" --gemeente --name --relay --relay-key --voucher-file --device-name" ;;
    join*) choices+=" --code-file --device-name" ;;
    appoint*) choices+=" --end --reserve --ground" ;;
    event) choices="burgemeester-aftreden" ;;
    event*) choices+=" --date --person" ;;
    declaration*) choices+=" --out --pdf --exception --place" ;;
    verify*) choices+=" --fingerprint" ;;
    "destroy propose"*) choices+=" --ground --waive" ;;
    "device invite"*) choices+=" --custody" ;;
    "raad install"*) choices+=" --member" ;;
    sync) choices+=" --watch" ;;
    status) choices+=" --seen" ;;
    "passphrase change") choices+=" --new-passphrase-file" ;;
    "dossier new"*) choices+=" --kind --burgemeester" ;;
    grant*) choices+=" --as --only" ;;
    revoke*) choices+=" --dossier" ;;
    add*) choices+=" --type --title --to --undo" ;;
    read*) choices+=" --version" ;;
    export*) choices+=" --to --version" ;;
    "note "*) choices+=" --text-file" ;;
    seal*) choices+=" -r -p -o" ;;
    unseal*) choices+=" -i -p -o" ;;
    keygen) choices+=" --pq -o" ;;
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$word"))
  if [[ $verb =~ ^(add|seal|unseal|verify) && $word != -* ]]; then COMPREPLY+=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _kluis kluis
