//! Functions and methods that many languages have, by what they do with values. Names are compared as `plain` ones.

use crate::read::code::uses::plain;

/// What a function or method does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Reads the properties that its arguments name, one below the other.
    Read,
    /// Reads properties along the list that is its second argument.
    ReadPath,
    /// Reads properties along a text such as `messages.0.from` or `/messages/0/from`.
    ReadText,
    /// Reads a property of each item.
    Pluck,
    /// Reads the properties that its arguments name, one beside the other, and gives what it was called on.
    Names,
    /// Says whether there is a property of the name that its argument is.
    Has,
    /// The first item.
    First,
    /// The last item.
    Last,
    /// Gives a property a value: a name and a value are its last two arguments.
    Set,
    /// Gives a property a value along the list before it; what it is called on is what comes of it.
    SetPath,
    /// Adds an item.
    Append,
    /// Gives a property, or a list, an object to be filled in.
    AddObject,
    /// Gives a property a list to be filled in.
    AddList,
    /// Gives the property that its name says a value.
    Setter,
    /// Takes all members of objects that are its arguments; the receiver may be the first.
    Merge,
    /// Does something for each item.
    Each,
    /// Makes a text of a value, to be sent.
    Serialise,
    /// Makes a value of a text.
    Parse,
    /// Gives what it was called on, or its only argument.
    Same,
    /// Puts texts together with `/` between.
    JoinPath,
    /// Puts the items of a list together, with a text between.
    JoinList,
    /// Puts texts together.
    JoinText,
    /// Fills in a template.
    Format,
    /// Sends a request.
    Request,
    /// Anything else.
    Other,
}

/// What a function called `name` does; `method` says whether it is called on something, `count` how many arguments it has.
pub(super) fn deed(name: &str, method: bool, count: usize) -> Deed {
    match (deed_of(name, method, count), name.strip_suffix("Async")) {
        (Deed::Other, Some(name)) => deed_of(name, method, count),
        (deed, _) => deed,
    }
}

/// The same, of a name without `Async`.
#[expect(clippy::too_many_lines, reason = "a table of words")]
fn deed_of(name: &str, method: bool, count: usize) -> Deed {
    match (plain(name).as_str(), method) {
        (
            "dig"
            | "fetch"
            | "getjsonarray"
            | "getjsonobject"
            | "getstring"
            | "optstring"
            | "optjsonarray"
            | "optjsonobject"
            | "optint"
            | "getint"
            | "getproperty"
            | "getasjsonarray"
            | "getasjsonobject"
            | "pop"
            | "valueat"
            | "getvalue"
            | "selecttoken"
            | "input"
            | "findvalue"
            | "getjsonarrayornull"
            | "getraw"
            | "trygetproperty"
            | "getasstring"
            | "getint64"
            | "getobject"
            | "getarray"
            | "findpath"
            | "getbytes"
            | "getboolean"
            | "getmap"
            | "require"
            | "expect"
            | "try"
            | "getordefault"
            | "read"
            | "trygetvalue"
            | "trygetpropertyvalue"
            | "elementat"
            | "getornull"
            | "getlong"
            | "optlong"
            | "optboolean",
            true,
        ) if count > 0 => Deed::Read,
        // `json.Value<string>("type")`
        ("value", true) if count == 1 => Deed::Read,
        // What only says of which type the value is, and what an `Optional` holds.
        (
            "getvalue" | "getstring" | "getint32" | "getint64" | "getboolean" | "getarraylength" | "getrawtext"
            | "deserialize" | "toobject" | "children" | "oftype" | "cast" | "asvalue" | "asenumerable" | "deepclone"
            | "trimindent" | "textvalue" | "intvalue" | "longvalue" | "tomap" | "toset" | "tohashset" | "tomutablelist"
            | "tobytearray" | "encodetobytearray" | "get" | "json" | "asjson" | "array" | "int" | "string",
            true,
        ) if count == 0 => Deed::Same,
        ("jsonprimitive" | "uri", false) if count == 1 => Deed::Same,
        ("r", true) if count == 0 => Deed::Request,
        ("body", true) if count == 0 => Deed::Other,
        ("get" | "path" | "at" | "opt", true) if (1..=2).contains(&count) => Deed::Read,
        ("query" | "header" | "headers", true) => Deed::Other,
        ("getin", _) => Deed::ReadPath,
        ("dataget", _) => Deed::ReadText,
        ("pluck", true) | ("arraycolumn", false) if count > 0 => Deed::Pluck,
        ("permit" | "permitted" | "only" | "slice" | "valuesat" | "fetchvalues" | "validate", true) if count > 0 => {
            Deed::Names
        }
        (
            "hasownproperty" | "haskey" | "key" | "containskey" | "has" | "isset" | "include" | "includes" | "contains"
            | "member" | "hasnonnull" | "hasfield" | "filled" | "offsetexists" | "keyexists" | "arraykeyexists"
            | "inarray" | "hasproperty" | "in" | "contain",
            _,
        ) if count > 0 => Deed::Has,
        (
            "first" | "findfirst" | "findany" | "shift" | "hd" | "getfirst" | "firstordefault" | "single" | "reset"
            | "current" | "firstornull" | "arrayshift",
            _,
        ) => Deed::First,
        ("last" | "lastordefault" | "end" | "arraypop", _) if count <= 1 => Deed::Last,
        ("pop", true) if count == 0 => Deed::Last,
        (
            "put" | "set" | "add" | "store" | "addproperty" | "putopt" | "with" | "tryadd" | "setproperty" | "putif"
            | "putarray" | "putobject" | "mapput",
            _,
        ) if count >= 2 => Deed::Set,
        ("putobject" | "withobject", true) if count == 1 => Deed::AddObject,
        ("addobject", true) if count == 0 => Deed::AddObject,
        ("putarray" | "witharray", true) if count == 1 => Deed::AddList,
        ("+=", true) => Deed::Merge,
        ("addjsonobject" | "addjsonarray", true) => Deed::Append,
        ("putin", _) if count >= 2 => Deed::SetPath,
        ("push" | "append" | "add" | "addlast" | "addall" | "<<", _) if count == 1 => Deed::Append,
        ("append" | "arraypush", false) if count == 2 => Deed::Append,
        // `maps.Copy(payload, extra)`.
        ("copy", _) if count == 2 => Deed::Merge,
        (
            "merge"
            | "deepmerge"
            | "update"
            | "putall"
            | "assign"
            | "arraymerge"
            | "arrayreplace"
            | "reversemerge"
            | "arraymergerecursive"
            | "into"
            | "extend"
            | "union",
            _,
        ) if count > 0 => Deed::Merge,
        (
            "foreach" | "map" | "filter" | "each" | "find" | "some" | "every" | "flatmap" | "select" | "eachwithindex"
            | "collect" | "any" | "all" | "where" | "reduce" | "detect" | "reject" | "mapnotnull" | "firstornone"
            | "arraymap" | "arraywalk" | "arrayfilter" | "ifpresent" | "let" | "also" | "tap" | "then" | "filtermap"
            | "sumof" | "foreachasync" | "maptoarray" | "inject" | "fold" | "arrayreduce" | "eachwithobject"
            | "eachslice" | "groupby" | "indexby" | "sortby" | "sumby" | "partition" | "findall" | "subject"
            | "mapwithkeys" | "keyby" | "findby" | "selectmany" | "orderbydescending" | "sortedby"
            | "sortedbydescending" | "associate" | "associateby" | "associatewith" | "foreachindexed" | "mapindexed"
            | "filternot" | "oneach" | "takeif" | "takeunless",
            _,
        ) => Deed::Each,
        ("tojson" | "tojsonstring" | "tojsonb", true) => Deed::Serialise,
        (
            "stringify" | "dump" | "dumps" | "wpjsonencode" | "jsonencode" | "tojson" | "marshal" | "marshalindent"
            | "encode" | "serialize" | "serializeobject" | "writevalueasstring" | "encodetostring" | "generate"
            | "stringcontent" | "jsoncontent" | "bodyfromjson" | "jsonbody" | "tojsonstring" | "prettygenerate"
            | "bytestring" | "newreader" | "newbuffer" | "newbufferstring" | "frombytes" | "ofstring" | "create",
            _,
        ) if count > 0 => Deed::Serialise,
        (
            "parse" | "load" | "loads" | "jsondecode" | "decode" | "unmarshal" | "deserialize" | "deserializeobject"
            | "readtree" | "readvalue" | "fromjson" | "parsetext" | "jsonobject" | "parsebytes" | "parsejson"
            | "decodefromstring" | "parsestring" | "newdecoder" | "readall" | "parsejsonbody" | "safeload",
            _,
        ) if count > 0 => Deed::Parse,
        (
            "strip"
            | "torequestbody"
            | "lower"
            | "upper"
            | "tostring"
            | "trim"
            | "tos"
            | "tosym"
            | "astext"
            | "dup"
            | "clone"
            | "deepdup"
            | "presence"
            | "present"
            | "blank"
            | "empty"
            | "withindifferentaccess"
            | "symbolizekeys"
            | "deepsymbolizekeys"
            | "stringifykeys"
            | "tounsafeh"
            | "toh"
            | "permit"
            | "copy"
            | "deepcopy"
            | "tolowercase"
            | "touppercase"
            | "downcase"
            | "upcase"
            | "asstring"
            | "toarray"
            | "tolist"
            | "freeze"
            | "getasjsonelement"
            | "asjsonobject"
            | "asjsonarray"
            | "jsonobjectof"
            | "jsonarray"
            | "jsonprimitive"
            | "contentornull"
            | "enumeratearray"
            | "enumerateobject"
            | "values"
            | "count"
            | "size"
            | "length"
            | "unwrap"
            | "must"
            | "orempty"
            | "asobject"
            | "asarray"
            | "toint"
            | "toi"
            | "exists"
            | "isarray"
            | "isempty"
            | "value"
            | "rstrip"
            | "rstripslash"
            | "trimend"
            | "chomp"
            | "asreadonly"
            | "tomutablemap"
            | "stream"
            | "parallelstream"
            | "iterator"
            | "elements"
            | "orelse"
            | "orelsethrow"
            | "orelseget"
            | "touristring"
            | "build"
            | "wrap"
            | "orderby"
            | "compact"
            | "compactblank"
            | "except"
            | "deepstringifykeys",
            true,
        ) => Deed::Same,
        (
            "str" | "string" | "bytes" | "int" | "list" | "len" | "count" | "empty" | "isarray" | "arrayvalues"
            | "enumerate" | "range" | "iter" | "reversed" | "sorted" | "mapof" | "is" | "isbinary" | "islist" | "ismap"
            | "copy" | "deepcopy" | "structuredclone" | "strtolower" | "intval" | "number" | "parseint" | "strval"
            | "rtrim" | "ltrim" | "trimright" | "trimsuffix" | "trimprefix" | "tolower" | "toupper" | "trimspace"
            | "checknotnull" | "notnull" | "tuple" | "uri" | "url" | "curlinit" | "arrayunique" | "httpbuildquery"
            | "parseurl" | "array",
            false,
        ) if count > 0 => Deed::Same,
        ("join" | "urljoin" | "joinpath" | "resolve" | "uri" | "url" | "joinpaths" | "urlpath", _) if count >= 2 => {
            Deed::JoinPath
        }
        ("join" | "implode", _) if (1..=2).contains(&count) => Deed::JoinList,
        (
            "addpathsegments"
            | "addpathsegment"
            | "pathsegment"
            | "appendpathsegment"
            | "appendpathsegments"
            | "addencodedpathsegments"
            | "resolvepath"
            | "joinpath",
            true,
        ) if count > 0 => Deed::JoinPath,
        ("concat", _) => Deed::JoinText,
        ("format" | "sprintf" | "sprint" | "formatted" | "fmt", _) => Deed::Format,
        (
            "get"
            | "post"
            | "put"
            | "patch"
            | "delete"
            | "request"
            | "fetch"
            | "send"
            | "axios"
            | "ajax"
            | "getasync"
            | "postasync"
            | "putasync"
            | "deleteasync"
            | "sendasync"
            | "postasjsonasync"
            | "putasjsonasync"
            | "patchasync"
            | "postforentity"
            | "postforobject"
            | "getforobject"
            | "getforentity"
            | "exchange"
            | "newrequest"
            | "newrequestwithcontext"
            | "do"
            | "execute"
            | "body"
            | "setbody"
            | "bodyvalue"
            | "withjson"
            | "withbody"
            | "urlopen"
            | "run"
            | "perform"
            | "json"
            | "urlfetch"
            | "curlsetopt"
            | "curlsetoptarray"
            | "curlinit"
            | "httpoison"
            | "newcall"
            | "method"
            | "asjson"
            | "addjsonbody"
            | "addbody"
            | "addstringbody"
            | "payload"
            | "contenttype"
            | "setcontent"
            | "formdata"
            | "postjson"
            | "httppost"
            | "httpput"
            | "httppatch"
            | "got"
            | "requests"
            | "restrequest"
            | "retrieve"
            | "header"
            | "httpentity"
            | "apicall"
            | "curlexec"
            | "wpremotepost"
            | "wpremoteget"
            | "wpremoterequest",
            _,
        ) => Deed::Request,
        (_, true) if count == 1 && set_by(name).is_some() => Deed::Setter,
        _ => Deed::Other,
    }
}

/// The property that a setter gives a value.
pub(super) fn set_by(name: &str) -> Option<&str> {
    name.strip_prefix("set").filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The HTTP method that a function's name says.
pub(super) fn http_method(name: &str) -> Option<&'static str> {
    let name = plain(name);
    let name = name.strip_suffix("async").unwrap_or(&name);
    let name = name.strip_prefix("wpremote").unwrap_or(name);
    Some(match name {
        "get" | "getforobject" | "getforentity" | "getstring" | "getbytearray" | "getstream" => "GET",
        "post" | "postasjson" | "postforentity" | "postforobject" | "postjson" | "httppost" => "POST",
        "put" | "putasjson" | "httpput" => "PUT",
        "patch" | "patchasjson" | "httppatch" => "PATCH",
        "delete" | "del" | "httpdelete" => "DELETE",
        _ => return None,
    })
}

/// The HTTP method that a word in the code names.
pub(super) fn named_method(word: &str) -> Option<&'static str> {
    let word = word.trim_start_matches(':');
    let word = word.strip_prefix("Method").or_else(|| word.strip_prefix("CURLOPT_")).unwrap_or(word);
    ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().find(|known| known.eq_ignore_ascii_case(word))
}
