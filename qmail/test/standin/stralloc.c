#include <stdlib.h>
#include <string.h>
#include "stralloc.h"

static int room(x,n) stralloc *x; unsigned int n;
{
  char *s;

  if (x->s && x->len + n <= x->a) return 1;
  s = realloc(x->s,x->len + n + 100);
  if (!s) return 0;
  x->s = s;
  x->a = x->len + n + 100;
  return 1;
}

int stralloc_append(x,s) stralloc *x; char *s;
{
  if (!room(x,1)) return 0;
  x->s[x->len++] = *s;
  return 1;
}

int stralloc_0(x) stralloc *x;
{
  return stralloc_append(x,"");
}

int stralloc_cats(x,s) stralloc *x; char *s;
{
  for (;*s;++s) if (!stralloc_append(x,s)) return 0;
  return room(x,1);
}

int stralloc_copys(x,s) stralloc *x; char *s;
{
  x->len = 0;
  return stralloc_cats(x,s);
}
