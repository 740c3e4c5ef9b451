//===- Facts.h - what a unit's functions do ---------------------*- C++ -*-===//
// The fact language: what each function of a translation unit does, in the
// order it does it. Facts carry answers to questions that rules ask, not
// syntax, and judge nothing. No clang header may be included here.
// The text form (Printer.h, Parser.h) and the file form (program/FactsFile.h)
// hold exactly what these structures hold.
//===----------------------------------------------------------------------===//
#pragma once

#include "base/Spot.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cotidy::facts {

/// A string of the unit's table. 0 is the empty string.
enum class StrId : uint32_t { Empty = 0 };
/// An entry of Unit::Functions.
enum class FnId : uint32_t { None = ~0u };
/// An entry of Unit::Types.
enum class TypeId : uint32_t { None = ~0u };

inline uint32_t raw(StrId I) { return static_cast<uint32_t>(I); }
inline uint32_t raw(FnId I) { return static_cast<uint32_t>(I); }
inline uint32_t raw(TypeId I) { return static_cast<uint32_t>(I); }

enum class FactKind : uint8_t {
#define FACT(Kind, Name, Slots, Sentence) Kind,
#include "facts/Facts.def"
};
inline constexpr unsigned NumFactKinds = 0
#define FACT(Kind, Name, Slots, Sentence) +1
#include "facts/Facts.def"
    ;

std::string_view nameOf(FactKind K);
std::string_view slotsOf(FactKind K);
std::string_view sentenceOf(FactKind K);

//===----------------------------------------------------------------------===//
// Places and values
//===----------------------------------------------------------------------===//

enum class RootKind : uint8_t {
  None,    ///< no place
  Param,   ///< Index: number of the parameter, from 0
  Local,   ///< Index: entry of Function::Locals (variables and temporaries)
  This,    ///< the object of a member function; in a lambda, the closure
  Global,  ///< Name: entity name of a variable with static or thread storage
  Promise, ///< the coroutine's promise
  Unknown, ///< something the extraction could not name
};

enum class StepKind : uint8_t {
  Field,   ///< Name: "Class::field"; captures are fields of the closure type
  Element, ///< some element of an array or a container
  Pointee, ///< what a pointer, reference, smart pointer or optional refers to
};

struct PathStep {
  StepKind Kind = StepKind::Field;
  StrId Name = StrId::Empty; ///< Field only
  bool operator==(const PathStep &) const = default;
};

/// A root and a path. A reference variable or parameter stands for what it
/// refers to: no Pointee step is written for it. A captured variable is the
/// field of the closure: `this."lambda::x"`, and for a capture by reference
/// likewise. A captured `this` is the field "lambda::this", then Pointee.
struct Place {
  RootKind Root = RootKind::None;
  uint32_t Index = 0;        ///< Param, Local
  StrId Name = StrId::Empty; ///< Global
  std::vector<PathStep> Path;

  explicit operator bool() const { return Root != RootKind::None; }
  bool operator==(const Place &) const = default;
};

enum class ValueKind : uint8_t {
  None,       ///< absent
  Unknown,    ///< some value that the extraction does not follow
  Integer,    ///< Int (characters and booleans of C too)
  Bool,       ///< Int is 0 or 1
  Null,       ///< a null pointer
  String,     ///< Text: the literal, at most 64 bytes of it
  Enumerator, ///< Text: qualified name; Int: its value
  Default,    ///< a default-constructed object
  Read,       ///< what Where holds (by copy, or a prvalue in a temporary)
  Address,    ///< a reference or pointer to Where
  Moved,      ///< what Where holds, moved out of it
  Closure,    ///< a lambda: Fn its call operator, Captures what it captures
  Function,   ///< the address of Fn (for a member function: its pointer)
};

struct Capture;

struct Value {
  ValueKind Kind = ValueKind::None;
  int64_t Int = 0;
  StrId Text = StrId::Empty;
  Place Where;
  FnId Fn = FnId::None;
  std::vector<Capture> Captures;

  explicit operator bool() const { return Kind != ValueKind::None; }
  bool operator==(const Value &) const;
};

/// One capture of a closure: `Field` is the step by which the lambda's body
/// names it; the kind of `What` tells the mode (Address by reference, Read by
/// copy, Moved or any other value for an init-capture).
struct Capture {
  StrId Field = StrId::Empty;
  Value What;
  bool operator==(const Capture &) const = default;
};

inline bool Value::operator==(const Value &O) const {
  return Kind == O.Kind && Int == O.Int && Text == O.Text && Where == O.Where &&
         Fn == O.Fn && Captures == O.Captures;
}

/// Words a Branch fact may carry.
///   null     the pointer is null                bool     the value is true
///   owns     optional, guard, smart pointer...  ready    a task or future is
///   empty    a container is                     equals   equals 'value'
///   less, less-equal   compared with 'value'    other    not understood
inline constexpr std::string_view Tests[] = {
    "null", "bool", "owns", "ready", "empty", "equals", "less", "less-equal", "other"};

//===----------------------------------------------------------------------===//
// Facts, blocks, functions
//===----------------------------------------------------------------------===//

/// One thing that happens. Facts.def says what each slot means for each kind;
/// slots that a kind does not list are empty.
struct Fact {
  FactKind Kind = FactKind::Call;
  Spot At; ///< for code from a macro: the expansion
  FnId Callee = FnId::None;
  Value Recv;
  std::vector<Value> Args;
  Place To;
  Place From;
  Value Val; ///< slot "value"
  StrId Word = StrId::Empty;
  TypeId Type = TypeId::None;

  bool operator==(const Fact &) const = default;
};

enum class EdgeKind : uint8_t {
  Normal,
  Exceptional, ///< a throw, or the way into a handler: all locals are gone
};

struct Edge {
  uint32_t To = 0;
  EdgeKind Kind = EdgeKind::Normal;
  bool operator==(const Edge &) const = default;
};

/// Straight-line facts. If the last fact is a Branch, the first successor is
/// taken when its test holds and the second when it does not.
struct Block {
  std::vector<Fact> Facts;
  std::vector<Edge> Successors;
  bool operator==(const Block &) const = default;
};

enum class BodyState : uint8_t {
  Unknown, ///< no definition in this unit
  Here,    ///< Blocks hold what it does
  Skipped, ///< defined here, but not read (skipped by the parser)
};

enum FnFlag : uint32_t {
  FnUser = 1u << 0,       ///< defined in user code (design 4)
  FnGenerated = 1u << 1,  ///< in a file marked as generated
  FnCoroutine = 1u << 2,
  FnLambda = 1u << 3,     ///< the call operator of a lambda
  FnVirtual = 1u << 4,
  FnPure = 1u << 5,
  FnStatic = 1u << 6,     ///< a static member function
  FnConstructor = 1u << 7,
  FnDestructor = 1u << 8,
  FnNoReturn = 1u << 9,
  FnInternal = 1u << 10,  ///< internal linkage
  FnMain = 1u << 11,
  FnAwaits = 1u << 12,    ///< its body has a co_await of the user's
  FnYields = 1u << 13,    ///< its body has a co_yield
  FnNoAwaitAllowed = 1u << 14, ///< its promise's await_transform is deleted
  FnMethod = 1u << 15,    ///< takes an object (not static, not a constructor)
  FnSystem = 1u << 16,    ///< declared in a system header
  FnNodiscard = 1u << 17,
  FnConst = 1u << 18,
  FnImplicit = 1u << 19,  ///< made by the compiler
  FnTrivialBody = 1u << 20, ///< the body is here and empty
  FnBlockingAttr = 1u << 21,    ///< [[clang::blocking]] or annotate("cotidy::blocking")
  FnNonblockingAttr = 1u << 22, ///< [[clang::nonblocking]], "cotidy::nonblocking"
  FnOffloadAttr = 1u << 23,     ///< "cotidy::offload": runs its callable elsewhere
  FnSpawnAttr = 1u << 24,       ///< "cotidy::spawn"
  FnJoinsAttr = 1u << 25,       ///< "cotidy::joins"
  FnLogAttr = 1u << 26,         ///< "cotidy::log"
  FnStaticInit = 1u << 27, ///< synthetic: the unit's dynamic initialisation
  FnAwaiterPart = 1u << 28, ///< await_ready, await_suspend or await_resume
  FnPromisePart = 1u << 29, ///< a hook of a promise
};

enum class PassMode : uint8_t { Value, Reference, RvalueReference, Pointer };

struct Param {
  StrId Name = StrId::Empty;
  StrId TypeName = StrId::Empty; ///< as written, for messages and models
  TypeId Type = TypeId::None;    ///< of the class behind references, pointers
  PassMode Mode = PassMode::Value;
  bool operator==(const Param &) const = default;
};

/// A local variable, or a temporary (empty name).
struct Local {
  StrId Name = StrId::Empty;
  StrId TypeName = StrId::Empty;
  TypeId Type = TypeId::None;
  Spot At;
  bool Reference = false; ///< declared as a reference
  bool operator==(const Local &) const = default;
};

enum class Start : uint8_t { Unknown, Lazy, Eager };

struct Function {
  StrId Name = StrId::Empty;      ///< entity name: unique in the program
  StrId Qualified = StrId::Empty; ///< "std::this_thread::sleep_for": the key of
                                  ///< models; no template arguments
  StrId Display = StrId::Empty;   ///< for messages: "sleep_for", "~Pool", "lambda"
  Spot At;                        ///< the name in the definition, else declaration
  BodyState Body = BodyState::Unknown;
  uint32_t Flags = 0;             ///< FnFlag
  TypeId Class = TypeId::None;    ///< the class of a member; closure type of a lambda
  TypeId Returns = TypeId::None;  ///< class type returned, if any
  TypeId Promise = TypeId::None;  ///< coroutines
  Start Initial = Start::Unknown; ///< coroutines: by initial_suspend
  FnId Owner = FnId::None;        ///< of a lambda or local class: the function
  std::vector<FnId> Overrides;    ///< direct ones
  std::vector<Param> Params;
  std::vector<Local> Locals;
  std::vector<Block> Blocks;      ///< entry is 0, exit the last, which is empty

  bool is(FnFlag F) const { return Flags & F; }
  bool operator==(const Function &) const = default;
};

//===----------------------------------------------------------------------===//
// Types, units
//===----------------------------------------------------------------------===//

enum TypeFlag : uint32_t {
  TyUser = 1u << 0,        ///< defined in user code
  TyConstructed = 1u << 1, ///< an object of exactly this type is made somewhere
  TyCopyable = 1u << 2,
  TyAwaitable = 1u << 3,   ///< operator co_await, await_transform'able or awaiter
  TyAwaiter = 1u << 4,     ///< has await_ready, await_suspend, await_resume
  TyHasPromise = 1u << 5,  ///< coroutines may return it
  TyOwnsFrame = 1u << 6,   ///< its destructor destroys a coroutine's frame
  TySingleUse = 1u << 7,   ///< move-only and sole owner of its frame or result
  TyAffine = 1u << 8,      ///< its coroutines resume where they were
  TyNoAwait = 1u << 9,     ///< its promise deletes await_transform
  TyLock = 1u << 10,       ///< has lock() and unlock()
  TySharedLock = 1u << 11, ///< has lock_shared() too
  TyRecursiveLock = 1u << 12,
  TyGuard = 1u << 13,      ///< owns a lock for its lifetime
  TyDtorWork = 1u << 14,   ///< its destructor is not trivial
  TyInternal = 1u << 15,   ///< internal linkage or local
  TyLambda = 1u << 16,
  TyNodiscard = 1u << 17,
  TyPolymorphic = 1u << 18,
  TyYields = 1u << 19,     ///< its promise has yield_value
  TyFinal = 1u << 20,
  TyRefers = 1u << 21,     ///< a view or iterator: trivial, and holds a pointer or reference
};

struct Field {
  StrId Name = StrId::Empty; ///< "Class::field", as in places
  StrId TypeName = StrId::Empty;
  TypeId Type = TypeId::None;
  bool operator==(const Field &) const = default;
};

/// A class type. Only complete types have fields, bases and a true TaskStart.
struct Type {
  StrId Name = StrId::Empty;     ///< canonical, with template arguments
  StrId Template = StrId::Empty; ///< qualified, without arguments: key of models
  Spot At;
  uint32_t Flags = 0;            ///< TypeFlag
  Start TaskStart = Start::Unknown; ///< of the coroutines that return it
  TypeId Promise = TypeId::None;
  TypeId Result = TypeId::None;  ///< class type that awaiting it yields
  FnId CallOperator = FnId::None;///< the only operator() of the class
  FnId Destructor = FnId::None;
  std::vector<TypeId> Bases;
  std::vector<TypeId> Arguments; ///< class types among the template's arguments
  std::vector<Field> Fields;

  bool is(TypeFlag F) const { return Flags & F; }
  bool operator==(const Type &) const = default;
};

enum FileFlag : uint8_t {
  FileUser = 1,
  FileGenerated = 2,
  FileSystem = 4,
};

/// A file that the unit's parse read.
struct SourceFile {
  std::string Path;    ///< as in Location
  uint8_t Flags = 0;   ///< FileFlag
  std::string Digest;  ///< of its content, hexadecimal; empty if not known
  bool operator==(const SourceFile &) const = default;
};

/// The facts of one translation unit. Functions, types and files have a
/// defined order: two runs over the same inputs give equal units.
struct Unit {
  std::string MainFile;      ///< path as in Location
  std::string Target;        ///< link target, "" if not known
  std::string Standard;      ///< "c++20"
  bool Failed = false;       ///< some function with an error yields no facts
  std::vector<std::string> Errors; ///< the compiler's errors, "file:line:col: text"
  std::vector<SourceFile> Files;
  std::vector<std::string> Strings{std::string()};
  std::vector<Type> Types;
  std::vector<Function> Functions;
  /// AST node kinds that extraction does not know, with how many it met.
  std::map<std::string, uint32_t> UnknownNodes;

  std::string_view text(StrId I) const { return Strings[raw(I)]; }
  const Function &fn(FnId I) const { return Functions[raw(I)]; }
  const Type &type(TypeId I) const { return Types[raw(I)]; }
  bool operator==(const Unit &) const = default;
};

/// Gives each string of a unit one id.
class StringTable {
public:
  explicit StringTable(Unit &U);
  StrId intern(std::string_view S);

private:
  Unit &U;
  std::unordered_map<std::string, StrId> Ids;
};

/// Gives the strings of a unit the ids of one fixed order and drops those that
/// nothing refers to: units that say the same are equal afterwards. The parser
/// ends with it, so what it returns is equal to any renumbered original.
void renumberStrings(Unit &U);

/// Checks what every producer must guarantee: ids in range, edges in range,
/// words and slots as Facts.def allows, an empty last block in each body that
/// is here. Returns an empty string, or what is wrong and where.
std::string findFault(const Unit &U);

} // namespace cotidy::facts
